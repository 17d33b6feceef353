// How many bytes DynamoDB bills an item as.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
type Value = Record<string, any>;

export function itemSizeBytes(item: Record<string, Value>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueSizeBytes(value);
  return bytes;
}

function valueSizeBytes(value: Value): number {
  const [type, content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(content);
    case 'N':
      return numberSizeBytes(content);
    case 'B':
      return Buffer.from(content, 'base64').length;
    case 'SS':
      return sum(content, (text: string) => Buffer.byteLength(text));
    case 'NS':
      return sum(content, numberSizeBytes);
    case 'BS':
      return sum(content, (text: string) => Buffer.from(text, 'base64').length);
    case 'L':
      return 3 + sum(content, (element: Value) => 1 + valueSizeBytes(element));
    case 'M':
      return (
        3 + sum(Object.entries(content), ([name, inner]: any) => 1 + Buffer.byteLength(name) + valueSizeBytes(inner))
      );
    default:
      return 1; // BOOL, NULL
  }
}

/** "Approximately 1 byte per two significant digits, and 1 byte": leading and trailing zeros don't count. */
function numberSizeBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function sum<T>(values: T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
