// How many bytes DynamoDB bills an item as.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
import type { AttributeValue, Item } from './dynamodb-request.ts';

export function itemSizeBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueSizeBytes(value);
  return bytes;
}

function valueSizeBytes({ S, N, B, SS, NS, BS, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberSizeBytes(N);
  if (B !== undefined) return Buffer.from(B, 'base64').length;
  if (SS) return sum(SS, (text) => Buffer.byteLength(text));
  if (NS) return sum(NS, numberSizeBytes);
  if (BS) return sum(BS, (text) => Buffer.from(text, 'base64').length);
  if (L) return 3 + sum(L, (element) => 1 + valueSizeBytes(element));
  if (M) return 3 + sum(Object.entries(M), ([name, inner]) => 1 + Buffer.byteLength(name) + valueSizeBytes(inner));
  return 1; // BOOL, NULL
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
