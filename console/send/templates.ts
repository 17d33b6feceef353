// Ready-made notifications, one for each type the product names.
import type { Draft } from './draft.ts';

type Template = Partial<Draft> & Pick<Draft, 'type' | 'title' | 'message'>;

const json = (value: unknown) => JSON.stringify(value, null, 2);
const group = (type: string, title: string, message: string): Template => ({
  type,
  title,
  message,
  payload: json({ groupId: 'g-17', groupName: 'Sunday Kitchen' }),
});

export const TEMPLATES: readonly Template[] = [
  {
    type: 'system',
    title: 'Your build is ready',
    message: 'Build 1042 passed.',
    payload: json({ url: '/builds/1042' }),
  },
  {
    type: 'friend_request',
    title: 'Emma wants to be your friend',
    message: 'You have 3 friends in common.',
    payload: json({ user_id: 'emma' }),
  },
  {
    type: 'chat_message',
    title: 'Emma',
    message: 'Are you coming at eight?',
    payload: json({ url: '/chats/42', conversation_id: '42' }),
  },
  {
    type: 'reminder',
    title: 'Stand-up in five minutes',
    message: 'Room 3, or the usual link.',
    payload: '',
    deliver: 'hour',
  },
  {
    type: 'trade.created',
    title: 'Trade confirmed: 250 AAPL at 228.40',
    message: 'Filled on NASDAQ.',
    payload: json({ orderId: '7731', url: '/trades/7731' }),
    priority: 'high',
    requiresAck: true,
  },
  {
    type: 'trade.updated',
    title: 'Trade 7731 was amended',
    message: 'The limit is now 229.00.',
    payload: json({ orderId: '7731' }),
  },
  {
    type: 'trade.deleted',
    title: 'Trade 7731 was cancelled',
    message: 'Nothing was filled.',
    payload: json({ orderId: '7731' }),
  },
  { type: 'journal.created', title: 'Journal entry saved', message: 'Notes on this week’s trades.', payload: '' },
  { type: 'journal.updated', title: 'Journal entry changed', message: 'A tag was added.', payload: '' },
  {
    type: 'csv.import',
    title: 'Import finished: 1,204 rows, 3 skipped',
    message: 'The skipped rows are in the report.',
    payload: json({ url: '/imports/88' }),
  },
  { type: 'error', title: 'Payment failed', message: 'The card was declined.', payload: '', priority: 'critical' },
  {
    type: 'info',
    title: 'Maintenance tonight, 22:00 to 22:15',
    message: 'Trading continues.',
    payload: '',
    to: 'everyone',
  },
  {
    type: 'success',
    title: 'Your export is ready',
    message: 'It is kept for 7 days.',
    payload: json({ url: '/exports/5' }),
  },
  {
    type: 'typing',
    title: '',
    message: '',
    payload: json({ user_id: 'emma', is_typing: true }),
    to: 'topic',
    topic: 'chat:42',
  },
  group('group.invitation.received', 'Mara invited you to Sunday Kitchen', 'Answer within 7 days.'),
  group('group.invitation.accepted', 'Bob accepted your invitation', 'Sunday Kitchen has 5 members now.'),
  group('group.member.joined', 'Bob joined Sunday Kitchen', 'Say hello.'),
  group('group.member.removed', 'You were removed from Sunday Kitchen', 'Ask Mara for the reason.'),
  group('group.admin.granted', 'You are an admin of Sunday Kitchen', 'You can invite members now.'),
  group('group.admin.revoked', 'You are no longer an admin of Sunday Kitchen', 'Mara changed it.'),
  group('group.join_request.created', 'Bob asks to join Sunday Kitchen', 'Approve or reject it.'),
  group('group.join_request.approved', 'Welcome to Sunday Kitchen', 'Mara approved your request.'),
  group('group.join_request.rejected', 'Your request to join was rejected', 'Sunday Kitchen is full.'),
];
