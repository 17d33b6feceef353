// The kinds of events that producers put on the bus.
export const DETAIL_TYPES = [
  'notification.requested',
  'notification.cancelled',
  'notification.recalled',
  'user.logged_out',
] as const;
export type DetailType = (typeof DETAIL_TYPES)[number];
