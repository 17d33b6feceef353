// What became of each request of an event that carries several, from the steps of the whole.
import type { HistoryDetail, Step } from '../../protocol/local/history.ts';
import { plural } from './format.ts';

export interface RequestLine {
  title: string;
  to: string;
  glyph: 'done' | 'failed' | 'waiting';
  outcome: string;
}

/** Empty when the event was too long to be kept whole. */
export function requestLines({ detail, steps }: HistoryDetail): RequestLine[] {
  return requestsIn(detail).map((request, at) => {
    const title = textOf(request.title) || textOf(request.notification_type);
    const users = [request.user_id, ...(Array.isArray(request.user_ids) ? request.user_ids : [])].filter(
      (user): user is string => typeof user === 'string',
    );
    const to = users.length > 1 ? plural(users.length, 'user') : (users[0] ?? textOf(request.topic));
    return { title, to, ...outcomeOf(steps, at, title, users) };
  });
}

function outcomeOf(steps: Step[], at: number, title: string, users: string[]): Pick<RequestLine, 'glyph' | 'outcome'> {
  const path = `requests[${at}]`;
  const { rejection } = steps.find((step) => step.rejection && isWithin(step.rejection.field, path)) ?? {};
  if (rejection) {
    const field = rejection.field.slice(path.length).replace(/^\./, '');
    return { glyph: 'failed', outcome: `Rejected: ${field === '' ? '' : `${field} `}${rejection.reason}` };
  }
  const mine = steps.filter(
    ({ state, payload }) => state === 'done' && payload !== undefined && names(payload, title, users),
  );
  const count = (kind: Step['kind']) => mine.filter((step) => step.kind === kind).length;
  const sockets = count('posted');
  if (sockets > 0) return { glyph: 'done', outcome: `Sent to ${plural(sockets, 'socket')}` };
  if (count('published') > 0) return { glyph: 'done', outcome: `Pushed to ${plural(count('published'), 'phone')}` };
  if (count('stored') > 0) return { glyph: 'done', outcome: 'In inbox' };
  return { glyph: 'waiting', outcome: 'Nothing stored or sent yet' };
}

const isWithin = (field: string, path: string) =>
  field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`);

/** Items and frames hold the title as JSON text, and the user as a value or in a key. */
function names(payload: string, title: string, users: string[]): boolean {
  if (!payload.includes(JSON.stringify(title))) return false;
  return users.length === 0 || users.some((user) => payload.includes(`"${user}"`) || payload.includes(`#${user}"`));
}

function requestsIn(detail: string): Record<string, unknown>[] {
  try {
    const { requests } = JSON.parse(detail) as { requests?: unknown };
    return Array.isArray(requests) ? requests.map((one) => (typeof one === 'object' && one !== null ? one : {})) : [];
  } catch {
    return []; // Cut.
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
