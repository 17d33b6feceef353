// The shape of an SQS message: its attributes, its size as SQS counts it, the digests SDKs check, what it may contain.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
import { createHash } from 'node:crypto';
import { AwsError } from '../aws/aws-error.ts';

export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, each optionally followed by `.` and a label. */
  DataType: string;
  StringValue?: string;
  BinaryValue?: Buffer;
}
export type MessageAttributes = Record<string, MessageAttribute>;

/** AWS's limits. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_ATTRIBUTES = 10;
const MAX_ATTRIBUTE_NAME_CHARACTERS = 256;
const MAX_ATTRIBUTE_TYPE_CHARACTERS = 256;

/**
 * https://www.w3.org/TR/REC-xml/#charsets is what SQS accepts; the u flag makes lone surrogates count as themselves.
 */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function checkBody(body: unknown): asserts body is string {
  if (body === undefined || body === '')
    throw new AwsError('MissingRequiredParameterException', 'The request must contain the parameter MessageBody.');
  if (typeof body !== 'string')
    throw invalidValue(`Value ${String(body)} for parameter MessageBody is invalid. Reason: Must be a string.`);
  if (NOT_XML.test(body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
}

export function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > MAX_ATTRIBUTES)
    throw invalidValue(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  for (const [name, attribute] of Object.entries(attributes)) {
    if (
      !/^[\p{L}\p{N}_.-]+$/u.test(name) ||
      name.length > MAX_ATTRIBUTE_NAME_CHARACTERS ||
      /^\.|\.$|\.\./.test(name) ||
      /^(aws|amazon)\./i.test(name)
    ) {
      throw invalidValue(
        `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.).`,
      );
    }
    if (!attribute.DataType)
      throw invalidValue(`The message attribute '${name}' must contain a non-empty attribute type.`);
    const type = attribute.DataType.split('.')[0];
    const isLong = attribute.DataType.length > MAX_ATTRIBUTE_TYPE_CHARACTERS;
    if (isLong) throw invalidValue(`The type of message (user) attribute '${name}' is too long.`);
    if (type !== 'String' && type !== 'Number' && type !== 'Binary') {
      throw invalidValue(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    }
    const value = type === 'Binary' ? attribute.BinaryValue : attribute.StringValue;
    if (value === undefined || value.length === 0)
      throw invalidValue(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${attribute.DataType}'.`,
      );
    if (typeof value === 'string' && NOT_XML.test(value))
      throw invalidValue(`Invalid characters found when parsing String Value of message (user) attribute '${name}'.`);
    if (type === 'Number' && !Number.isFinite(Number(value)))
      throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageSystemAttributeValue.html */
export function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader') {
      throw invalidValue(`Message system attribute name '${name}' is invalid. The only one is AWSTraceHeader.`);
    }
    if (DataType !== 'String' || !StringValue)
      throw invalidValue(`Message system attribute '${name}' must have the type String and a value.`);
  }
}

/**
 * Alphanumeric and punctuation.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function checkGroupId(groupId: string | undefined): void {
  if (groupId === undefined || /^[!-~]{1,128}$/.test(groupId)) return;
  throw invalidValue(
    `Value ${groupId} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

/** Body and attribute names, types and values count; system attributes do not. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes +=
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      (BinaryValue ? BinaryValue.length : Buffer.byteLength(StringValue ?? ''));
  }
  return bytes;
}

export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * Names in order, each name, type and value with its length before it, and 1 or 2 for text or binary.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes | undefined): string | undefined {
  const entries = Object.entries(attributes ?? {});
  if (entries.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue ? 2 : 1]));
    add(BinaryValue ?? Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
