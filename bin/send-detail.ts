// The detail of the event that `npm run send` puts on the bus, from the flags, and whether the stack will take it.
import { parseEvent } from '../protocol/event.ts';
import type { NotificationRequestInput } from '../protocol/request.ts';
import { EVERYONE } from '../protocol/user-id.ts';
import { BadInput } from './run-command.ts';

export const DETAIL_TYPE = 'notification.requested';

/** Flags that say what is sent. */
export const DETAIL_OPTIONS = {
  to: { type: 'string' },
  topic: { type: 'string' },
  title: { type: 'string' },
  message: { type: 'string' },
  type: { type: 'string', default: 'system' },
  priority: { type: 'string' },
  payload: { type: 'string' },
  at: { type: 'string' },
  id: { type: 'string' },
  ack: { type: 'boolean' },
  live: { type: 'boolean' },
} as const;

export interface SendFlags {
  to?: string | undefined;
  topic?: string | undefined;
  title?: string | undefined;
  message?: string | undefined;
  type: string;
  priority?: string | undefined;
  payload?: string | undefined;
  at?: string | undefined;
  id?: string | undefined;
  ack?: boolean | undefined;
  live?: boolean | undefined;
}

/** The flag that a field comes from, where their names differ. */
const FLAG_OF: Record<string, string> = {
  user_id: 'to',
  user_ids: 'to',
  notification_type: 'type',
  deliver_at: 'at',
  requires_ack: 'ack',
  store: 'live',
};

/** JSON. The payload stays as it was typed, so that no number changes on the way. */
export function detailText(flags: SendFlags, nowMs: number): string {
  if ((flags.to === undefined) === (flags.topic === undefined)) {
    throw new BadInput('Not sent: give one of --to and --topic. See npm run send -- --help.');
  }
  const detail: Omit<NotificationRequestInput, 'payload'> = {
    ...(flags.topic === undefined ? audience(flags.to!) : { topic: flags.topic }),
    ...(flags.title !== undefined && { title: flags.title }),
    ...(flags.message !== undefined && { message: flags.message }),
    notification_type: flags.type,
    // What is no priority is refused below, by the schema.
    ...(flags.priority !== undefined && { priority: flags.priority as 'normal' }),
    ...(flags.at !== undefined && { deliver_at: timeOf(flags.at, nowMs) }),
    ...(flags.id !== undefined && { id: flags.id }),
    ...(flags.ack && { requires_ack: true }),
    ...(flags.live && { store: false }),
  };
  const text = JSON.stringify(detail);
  if (flags.payload === undefined) return text;
  try {
    JSON.parse(flags.payload);
  } catch (error) {
    throw new BadInput(`Not sent: --payload is not JSON: ${(error as Error).message}.`);
  }
  return `${text.slice(0, -1)},"payload":${flags.payload}}`;
}

/** By the schema that `dispatch` checks it with. */
export function checkDetail(detail: string): void {
  const parsed = parseEvent(`{"id":"not-sent","detail-type":${JSON.stringify(DETAIL_TYPE)},"detail":${detail}}`);
  if (!('rejection' in parsed)) return;
  const { field, reason } = parsed.rejection;
  const name = field.split(/[.[]/)[0]!;
  const flag = FLAG_OF[name] ?? name;
  throw new BadInput(`Not sent: --${flag}${field === name ? '' : `, ${field},`} ${reason.replace(/\.?$/, '.')}`);
}

function audience(to: string): Pick<NotificationRequestInput, 'user_id' | 'user_ids'> {
  if (to === 'everyone') return { user_id: EVERYONE };
  return to.includes(',') ? { user_ids: to.split(',').map((userId) => userId.trim()) } : { user_id: to };
}

const timeOf = (at: string, nowMs: number): string =>
  /^\d+$/.test(at) ? new Date(nowMs + Number(at) * 1_000).toISOString() : at;
