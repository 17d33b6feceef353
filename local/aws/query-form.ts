// The AWS Query protocol: form parameters with dotted paths in, XML out. SNS is the only service here that still speaks
// it.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
import { randomUUID } from 'node:crypto';

export interface QueryForm {
  get(name: string): string | undefined;
  /** `Attributes.entry.1.key` and `.value`, as a record. */
  map(name: string): Record<string, string>;
  /** `MessageAttributes.entry.1.Name` and everything under `.Value.`, by name. */
  structures(name: string): Record<string, Record<string, string>>;
}

export function queryForm(form: URLSearchParams): QueryForm {
  /** Everything under `Name.entry.N.`, by N. */
  const entries = (name: string): Map<string, string>[] => {
    const found = new Map<number, Map<string, string>>();
    for (const [path, value] of form) {
      const match = /^entry\.(\d+)\.(.+)$/.exec(path.startsWith(`${name}.`) ? path.slice(name.length + 1) : '');
      if (!match) continue;
      const index = Number(match[1]);
      const entry = found.get(index) ?? new Map<string, string>();
      entry.set(match[2]!, value);
      found.set(index, entry);
    }
    return [...found].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  };
  return {
    get: (name) => form.get(name) ?? undefined,
    map: (name) => Object.fromEntries(entries(name).map((entry) => [entry.get('key') ?? '', entry.get('value') ?? ''])),
    structures: (name) =>
      Object.fromEntries(
        entries(name).map((entry) => {
          const members = [...entry].filter(([path]) => path.startsWith('Value.'));
          return [entry.get('Name') ?? '', Object.fromEntries(members.map(([path, value]) => [path.slice(6), value]))];
        }),
      ),
  };
}

/** A list becomes `<member>`s, a Map `<entry>`s, an object its members; undefined is left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | XmlValue[]
  | Map<string, string>
  | { [name: string]: XmlValue };

export function xml(value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => `<member>${xml(item)}</member>`).join('');
  if (value instanceof Map) {
    return [...value].map(([key, one]) => `<entry><key>${xml(key)}</key><value>${xml(one)}</value></entry>`).join('');
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return members.map(([name, member]) => `<${name}>${xml(member)}</${name}>`).join('');
  }
  return escapeXml(String(value));
}

/** What XML can't carry at all (most control characters) is replaced, or no client could read the answer. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function queryResponse(
  namespace: string,
  operation: string,
  result: { [name: string]: XmlValue } | undefined,
): string {
  const body = result === undefined ? '' : `<${operation}Result>${xml(result)}</${operation}Result>`;
  const metadata = xml({ ResponseMetadata: { RequestId: randomUUID() } });
  return `<${operation}Response xmlns="${namespace}">${body}${metadata}</${operation}Response>`;
}

export function queryError(
  namespace: string,
  { code, message, status }: { code: string; message: string; status: number },
): string {
  const error = {
    Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
    RequestId: randomUUID(),
  };
  return `<ErrorResponse xmlns="${namespace}">${xml(error)}</ErrorResponse>`;
}
