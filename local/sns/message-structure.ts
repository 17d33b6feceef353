// MessageStructure=json: one message per protocol, with the rules of Publish.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
import { invalidParameter, PROVIDERS, type Provider } from './platform-applications.ts';

/** A plain text for everyone, or one text per protocol. */
export type Structured = string | Record<string, string>;

export interface Destination {
  /** The provider of the endpoint published to; undefined for a topic. */
  provider?: Provider;
}

export function structured(message: string, structure: string | undefined, { provider }: Destination): Structured {
  if (structure === undefined || structure === '') return message;
  if (structure !== 'json') throw invalidParameter("MessageStructure Reason: must be 'json'");
  const parsed = parse(message);
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) throw unparsable();
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'string') texts[key] = value; // "Values that are not strings will cause the key to be ignored."
  }
  if (!provider && texts.default === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  if (provider && texts[provider] === undefined && texts.default === undefined) {
    throw invalidParameter(`JSON must contain an entry for 'default' or '${provider}'.`);
  }
  for (const key of Object.keys(PROVIDERS)) {
    if (texts[key] !== undefined) parse(texts[key]);
  }
  return texts;
}

/** What a subscription of this protocol gets. */
export const textFor = (message: Structured, protocol: string): string =>
  typeof message === 'string' ? message : (message[protocol] ?? message.default ?? '');

const unparsable = () => invalidParameter('Message Structure - JSON message body failed to parse');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unparsable();
  }
}
