// What is wrong with the form, one sentence per field, beside the field.
import type { Draft } from './draft.ts';

export type Field =
  | 'to'
  | 'org'
  | 'type'
  | 'title'
  | 'message'
  | 'priority'
  | 'deliver'
  | 'expires'
  | 'payload'
  | 'ack'
  | 'id'
  | 'form';
export type Problems = Partial<Record<Field, string>>;

const FIELDS: Record<string, Field> = {
  user_id: 'to',
  user_ids: 'to',
  org_id: 'org',
  topic: 'to',
  notification_type: 'type',
  title: 'title',
  message: 'message',
  priority: 'priority',
  deliver_at: 'deliver',
  expires_at: 'expires',
  payload: 'payload',
  requires_ack: 'ack',
  id: 'id',
};

/** From the runtime's answer, which has the words of the schema. */
export function problemsOf(answers: { field: string; reason: string }[]): Problems {
  const problems: Problems = {};
  for (const { field, reason } of answers) {
    const name = field.split(/[.[]/)[0]!;
    problems[FIELDS[name] ?? 'form'] ??= sentence(name, field, reason);
  }
  return problems;
}

function sentence(name: string, field: string, reason: string): string {
  const isMissing = reason.startsWith('is missing') || reason === 'must not be empty';
  if (isMissing && name === 'title') return 'Enter a title, up to 255 characters.';
  if (isMissing && name === 'message') return 'Enter a message.';
  if (isMissing && name === 'user_id') return 'Enter a user id.';
  if (isMissing && name === 'user_ids') return 'Enter at least one user id.';
  if (isMissing && name === 'notification_type') return 'Enter a type, such as system.';
  if (name.startsWith('user_id') && reason.includes('white space'))
    return 'Remove the space; ids have no white space or #.';
  const words = `${field} ${reason}`;
  return `${words}${words.endsWith('.') ? '' : '.'}`;
}

/** What the page can check by itself: whether the payload is JSON that keeps its numbers. */
export function payloadProblem({ payload }: Pick<Draft, 'payload'>): string | undefined {
  if (payload.trim() === '') return undefined;
  try {
    JSON.parse(payload);
  } catch (error) {
    return syntaxSentence(error instanceof Error ? error.message : '', payload);
  }
  return numberSentence(payload);
}

const EXPECTED: readonly (readonly [RegExp, string])[] = [
  [/after property value|after array element/i, 'expected a comma'],
  [/property name/i, 'expected a name in double quotes'],
  [/Expected ':'/i, 'expected a colon'],
  [/Unterminated string/i, 'the text is not closed'],
  [/control character/i, 'a line break in a text must be written as \\n'],
  [/Unexpected end|end of data/i, 'it ends too early'],
  [/after JSON/i, 'something follows the end'],
];

function syntaxSentence(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const line =
    /line (\d+)/.exec(message)?.[1] ??
    (position === undefined ? undefined : String(text.slice(0, Number(position)).split('\n').length)) ??
    String(text.trimEnd().split('\n').length);
  const what = EXPECTED.find(([pattern]) => pattern.test(message))?.[1] ?? 'this is not JSON';
  return `Line ${line}: ${what}.`;
}

function numberSentence(text: string): string | undefined {
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    const [token] = match;
    if (token.startsWith('"')) continue;
    const isWrong = /^-?\d+$/.test(token) ? !Number.isSafeInteger(Number(token)) : !Number.isFinite(Number(token));
    if (!isWrong) continue;
    const line = text.slice(0, match.index).split('\n').length;
    return `Line ${line}: JavaScript cannot hold ${token} exactly. Send it as a string.`;
  }
  return undefined;
}

export const countOf = (problems: Problems): number => Object.keys(problems).length;
