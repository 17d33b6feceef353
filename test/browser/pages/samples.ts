// Notifications to draw: the types and texts of a trading and a social application.
import type { Notification } from '../../../client/core/notifications-client.ts';

export const SAMPLE_NOW = Date.parse('2026-11-21T14:32:10Z');

type Sample = Partial<Notification> & { minutesAgo: number };

export function sample({ minutesAgo, ...fields }: Sample, index = 0): Notification {
  const at = SAMPLE_NOW - minutesAgo * 60_000;
  const time = at.toString(16).padStart(12, '0');
  const created = new Date(at).toISOString();
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(index).padStart(12, '0')}`,
    user_id: 'alice',
    notification_type: 'system',
    title: 'A title',
    message: '',
    payload: {},
    priority: 'normal',
    is_read: false,
    read_at: null,
    is_archived: false,
    created_at: created,
    updated_at: created,
    deliver_at: null,
    expires_at: null,
    requires_ack: false,
    acknowledged: false,
    acknowledged_at: null,
    sent_at: created,
    retry_count: 0,
    last_retry_at: null,
    is_processed: true,
    error_count: 0,
    last_error: null,
    ...fields,
  } as Notification;
}

export const SAMPLES: Notification[] = [
  sample({
    minutesAgo: 0,
    notification_type: 'trade.created',
    title: 'Trade confirmed',
    message: '250 AAPL at 228.40. Filled at 14:31:58 UTC on NASDAQ.',
    payload: { url: '#trade' },
  }),
  sample({
    minutesAgo: 5,
    notification_type: 'friend_request',
    title: 'Emma wants to be your friend',
    message: 'You have 4 friends in common.',
    payload: { url: '#friend' },
  }),
  sample({
    minutesAgo: 26,
    notification_type: 'error',
    title: 'Journal could not sync',
    message: 'The broker refused the password. Sign in again to continue.',
    payload: { url: '#journal' },
  }),
  sample({
    minutesAgo: 121,
    notification_type: 'csv.import',
    title: 'Import finished',
    message: '1,204 rows, 3 skipped.',
    is_read: true,
    payload: { url: '#import' },
  }),
  sample({
    minutesAgo: 1_300,
    notification_type: 'trade.deleted',
    title: 'Order 7731 withdrawn',
    message: 'Withdrawn before it was filled.',
    is_read: true,
  }),
  sample({
    minutesAgo: 1_400,
    notification_type: 'group.invitation.received',
    title: 'Mara invited you to Sunday Kitchen',
    message: '7 members. The invitation ends on 28 November.',
    is_read: true,
  }),
  sample({
    minutesAgo: 4_600,
    notification_type: 'chat_message',
    title: 'Jonas wrote to you',
    message: 'Shall we meet at the market at ten?',
    is_read: true,
  }),
];
