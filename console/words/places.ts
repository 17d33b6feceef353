// Where a notification went, one line per place: inbox, each connection, each phone.
import type { HistoryDetail, Step } from '../../protocol/local/history.ts';
import { duration, isDeliveryFrame, platformName, plural } from './format.ts';

export interface PlaceLine {
  place: 'Inbox' | 'Socket' | 'Phone';
  glyph: 'done' | 'failed' | 'skipped' | 'none' | 'waiting';
  /** A connection's id, in front of the text. */
  id?: string;
  text: string;
  link?: 'phones';
}

/** Our choice; the timeline has them all. */
const CONNECTIONS_SHOWN = 6;

export function placesOf(detail: HistoryDetail): PlaceLine[] {
  return [inboxLine(detail), ...socketLines(detail), ...phoneLines(detail)];
}

function inboxLine({ row, steps }: HistoryDetail): PlaceLine {
  const line = (glyph: PlaceLine['glyph'], text: string): PlaceLine => ({ place: 'Inbox', glyph, text });
  if (row.inbox.state === 'done') {
    // Of one user's, another comes with the end of a snooze.
    const isMany = row.inbox.done > 1 && row.audience.kind !== 'user';
    const times = isMany ? `Stored for ${plural(row.inbox.done, 'user')}` : 'Stored';
    const once = row.audience.kind === 'everyone' ? 'Stored once for everyone' : times;
    const read = row.read_after_ms === null ? ', unread' : `, read after ${duration(row.read_after_ms)}`;
    return line('done', row.audience.kind === 'user' ? once + read : once);
  }
  if (row.inbox.state === 'waiting') return line('waiting', 'Not stored yet');
  if (row.inbox.state === 'failed') return line('failed', 'Not stored');
  if (steps.some(({ kind }) => kind === 'already_stored')) return line('none', 'Stored before');
  return line('none', row.is_stored ? 'Nothing to store' : 'Not stored: live only');
}

function socketLines({ row, steps }: HistoryDetail): PlaceLine[] {
  const latest = new Map<string, Step>();
  for (const step of steps) {
    const isDelivery = isDeliveryFrame(step.frame_type);
    if (step.kind === 'posted' && isDelivery) latest.set(step.name ?? '', step);
  }
  if (latest.size === 0) {
    const isOpen = row.sockets.state === 'waiting';
    return [
      { place: 'Socket', glyph: isOpen ? 'waiting' : 'none', text: isOpen ? 'Not sent yet' : noSocket(row.outcome) },
    ];
  }
  const acknowledged = new Set(steps.flatMap(({ kind, name }) => (kind === 'acknowledged' ? [name] : [])));
  const lines = [...latest].map(([id, step]): PlaceLine => {
    if (step.state === 'done') {
      return { place: 'Socket', glyph: 'done', id, text: acknowledged.has(id) ? '200, acknowledged' : '200' };
    }
    if (step.state === 'skipped')
      return { place: 'Socket', glyph: 'skipped', id, text: '410, was closed. Connection deleted.' };
    return { place: 'Socket', glyph: 'failed', id, text: step.error?.code ?? 'failed' };
  });
  const more = lines.length - CONNECTIONS_SHOWN;
  if (more <= 0) return lines;
  return [...lines.slice(0, CONNECTIONS_SHOWN), { place: 'Socket', glyph: 'none', text: `and ${more} more` }];
}

const noSocket = (outcome: string) => (outcome === 'rejected' || outcome === 'failed' ? 'Not sent' : 'None open');

function phoneLines({ row, steps }: HistoryDetail): PlaceLine[] {
  const line = (glyph: PlaceLine['glyph'], text: string, link?: 'phones'): PlaceLine => ({
    place: 'Phone',
    glyph,
    text,
    ...(link && { link }),
  });
  const refused = steps.filter(({ kind, state }) => kind === 'pushed' && state === 'failed');
  const arrived = steps.filter(({ kind, state }) => kind === 'pushed' && state === 'done');
  const denied = steps.filter(({ kind, state }) => kind === 'published' && state === 'failed').at(-1);
  const lines = [
    ...arrived.map(({ name = '' }) => line('done', `${platformName(name)} accepted.`, 'phones')),
    ...refused.map(({ name = '', payload = '' }) => line('failed', `${platformName(name)}: ${payload}.`, 'phones')),
    ...(denied ? [line('failed', `${denied.error?.code ?? 'SNS refused'} on Publish`)] : []),
  ];
  if (lines.length > 0) return lines;
  if (row.phones.state === 'waiting') return [line('waiting', 'Not pushed yet')];
  return [line('none', noPhone(row))];
}

function noPhone(row: HistoryDetail['row']): string {
  if (row.sockets.state === 'done') return 'Not pushed: a socket accepted the frame';
  if (!row.is_stored) return 'Not pushed: live only';
  if (row.outcome === 'held') return 'Not pushed yet: quiet hours';
  if (row.outcome === 'snoozed') return 'Not pushed: snoozed';
  return row.outcome === 'inbox' ? 'Not pushed: no phone, or push is switched off' : 'Not pushed';
}
