// SNS message attributes: checked as the service checks them, the reserved ones for mobile push included.
import { notEmulated } from '../aws/not-emulated.ts';
import { invalidParameter } from './platform-applications.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
}
export type SnsAttributes = Record<string, MessageAttribute>;

const NAME = /^(?!\.)(?!.*\.\.)(?!.*\.$)[A-Za-z0-9_.-]{1,256}$/;
const DATA_TYPE = /^(String|String\.Array|Number|Binary)(\.[A-Za-z0-9_.-]+)?$/;

/**
 * Every reserved name, and for those that reach an emulated provider the values it takes.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html#sns-attrib-mobile-reserved
 */
const wholeSeconds = /^\d{1,10}$/;
const anything = /./;
const RESERVED: Record<string, RegExp> = {
  'AWS.SNS.MOBILE.FCM.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.GCM.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.APNS.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.APNS_SANDBOX.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.APNS_VOIP.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.APNS_VOIP_SANDBOX.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.APNS.PRIORITY': /^(1|5|10)$/,
  'AWS.SNS.MOBILE.APNS.PUSH_TYPE':
    /^(alert|background|complication|fileprovider|liveactivity|location|mdm|pushtotalk|voip)$/,
  'AWS.SNS.MOBILE.APNS.TOPIC': anything,
  'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': anything,
  'AWS.SNS.MOBILE.ADM.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.BAIDU.TTL': wholeSeconds,
  'AWS.SNS.MOBILE.WNS.TTL': wholeSeconds,
};

export function checkAttributes(attributes: SnsAttributes): void {
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (!NAME.test(name) || /^(aws|amazon)\./i.test(name.replace(/^AWS\.SNS\.MOBILE\./, ''))) {
      throw invalidParameter(`The message attribute name '${name}' is invalid.`);
    }
    if (!DataType)
      throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute type.`);
    if (!DATA_TYPE.test(DataType)) {
      throw invalidParameter(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (DataType.startsWith('Binary')) throw notEmulated(`the Binary message attribute '${name}'`, 'Use a String.');
    if (StringValue === undefined) {
      throw invalidParameter(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }
    if (DataType.startsWith('Number') && !Number.isFinite(Number(StringValue?.trim() || 'none'))) {
      throw invalidParameter(`Could not cast message attribute '${name}' value to number.`);
    }
    if (name.startsWith('AWS.SNS.MOBILE.')) checkReserved(name, DataType, StringValue ?? '');
  }
}

/** AWS ignores a reserved name it doesn't know; a misspelt one would then never show, so here it is refused. */
function checkReserved(name: string, dataType: string, value: string): void {
  const allowed = RESERVED[name];
  if (!allowed) {
    throw invalidParameter(
      `The local runtime does not know the reserved message attribute '${name}'; it knows ${Object.keys(RESERVED).join(', ')}.`,
    );
  }
  if (dataType !== 'String') throw invalidParameter(`The message attribute '${name}' must have the type String.`);
  if (!allowed.test(value)) throw invalidParameter(`The message attribute '${name}' has the invalid value '${value}'.`);
}

/** Counted into the size of a message: names, types and values. */
export function attributesBytes(attributes: SnsAttributes): number {
  let bytes = 0;
  for (const [name, { DataType, StringValue = '' }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name + DataType + StringValue);
  }
  return bytes;
}
