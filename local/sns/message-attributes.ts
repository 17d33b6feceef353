// SNS message attributes: checked as the service checks them, the reserved ones for mobile push included.
import { AwsError } from '../aws/aws-error.ts';
import { notEmulated } from '../aws/not-emulated.ts';
import { invalidParameter } from './platform-applications.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}
export type SnsAttributes = Record<string, MessageAttribute>;

const MAX_NAME_BYTES = 256;
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

/**
 * Code and texts as recorded from the service:
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
 */
export function checkAttributes(attributes: SnsAttributes): void {
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    checkName(name);
    if (!DataType) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
      );
    }
    if (!DATA_TYPE.test(DataType)) {
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const isBinary = DataType.startsWith('Binary');
    const [own, other] = isBinary ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
    if (!own && other) {
      const field = isBinary ? 'Binary' : 'String';
      throw invalidValue(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`);
    }
    if (!own) {
      throw invalidValue(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }
    if (isBinary) throw notEmulated(`the Binary message attribute '${name}'`, 'Use a String.');
    if (DataType.startsWith('Number') && !Number.isFinite(Number(own.trim() || 'none'))) {
      throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
    }
    if (name.startsWith('AWS.SNS.MOBILE.')) checkReserved(name, DataType, own);
  }
}

function checkName(name: string): void {
  const odd = /[^A-Za-z0-9_.-]/u.exec(name)?.[0];
  if (odd !== undefined) {
    const code = odd.codePointAt(0)!.toString(16).toUpperCase();
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.length > MAX_NAME_BYTES) throw invalidValue('Length of message attribute name must be less than 256 bytes.');
  if (name.startsWith('.')) throw invalidValue("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith('.')) throw invalidValue("Invalid message attribute name ending with character '.' was found.");
  if (name.includes('..')) throw invalidValue("Message attribute name can not have successive '.' character.");
  if (/^(aws|amazon)\./i.test(name.replace(/^AWS\.SNS\.MOBILE\./, ''))) {
    throw invalidValue(`The message attribute name '${name}' is invalid.`);
  }
}

const invalidValue = (message: string) => new AwsError('ParameterValueInvalid', message);

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
