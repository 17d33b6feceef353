// One delivery to one user in every combination of what may be there, and what the specification says comes of it.

export const NOTIFICATION_TYPE = 'chat_message';
/** The tests start at 07:00 UTC: one hour before these end. */
const QUIET_HOURS = { start: '22:00', end: '08:00', time_zone: 'UTC' };
export const PREFERENCE_CHANGES = {
  default: {},
  'sockets off': { websocket_notifications: false },
  'push off': { push_notifications: false },
  'both off': { websocket_notifications: false, push_notifications: false },
  muted: { muted_types: [NOTIFICATION_TYPE] },
  'quiet hours': { quiet_hours: QUIET_HOURS },
};

/** `once`: refuses the first time. `gone`: closed, or unregistered, without a notice. */
export type Behaviour = 'takes' | 'once' | 'refuses' | 'gone';
export type Preference = keyof typeof PREFERENCE_CHANGES;

export interface DeliveryCase {
  sockets: Behaviour[];
  phones: Behaviour[];
  preference: Preference;
  priority: 'normal' | 'high' | 'critical';
  requiresAck: boolean;
}

export interface DeliveryResult {
  /** Frames with the notification that each socket accepted. */
  frames: number[];
  /** Pushes that each phone showed. */
  pushes: number[];
  /** The row says when it was sent. */
  isSent: boolean;
  isDeadLettered: boolean;
  retryCount: number;
  /** Sockets and phones that were found closed and are forgotten. */
  forgottenSockets: number;
  forgottenPhones: number;
}

const SENDS_UNTIL_PUSH = 3;

/** Written from the words of the specification, not from the code. */
export function expectedResult({ sockets, phones, preference, priority, requiresAck }: DeliveryCase): DeliveryResult {
  const isCritical = priority === 'critical';
  const wantsFrames = isCritical || !['sockets off', 'both off', 'muted'].includes(preference);
  const wantsPush = isCritical || !['push off', 'both off', 'muted'].includes(preference);
  const accepts = (socket: Behaviour) => wantsFrames && (socket === 'takes' || socket === 'once');
  const isOnline = sockets.some(accepts);
  // Once: a client that acknowledged nothing was sent it three times.
  const sends = requiresAck ? SENDS_UNTIL_PUSH : 1;
  // Pushed as well when it is critical; instead when no socket takes it, or when nobody acknowledges it.
  const isPushed = wantsPush && (isCritical || !isOnline || requiresAck);
  const pushes = phones.map((phone) => (isPushed && (phone === 'takes' || phone === 'once') ? 1 : 0));
  return {
    frames: sockets.map((socket) => (accepts(socket) ? sends : 0)),
    pushes,
    isSent: isOnline || pushes.includes(1),
    // A phone that never takes the push is given up after the last try; a socket is not: the inbox has it.
    isDeadLettered: isPushed && phones.includes('refuses'),
    retryCount: isOnline && requiresAck ? SENDS_UNTIL_PUSH - 1 : 0,
    // Where it is not sent, the new count is.
    forgottenSockets: sockets.filter((socket) => socket === 'gone').length,
    forgottenPhones: isPushed ? phones.filter((phone) => phone === 'gone').length : 0,
  };
}

const SOCKETS: Behaviour[][] = [
  [],
  ['takes'],
  ['takes', 'takes'],
  ['takes', 'gone'],
  ['takes', 'once'],
  ['takes', 'refuses'],
  ['gone'],
  ['gone', 'gone'],
  ['once'],
  ['refuses'],
  ['refuses', 'gone'],
  ['refuses', 'once'],
];
const PHONES: Behaviour[][] = [
  [],
  ['takes'],
  ['takes', 'takes'],
  ['takes', 'gone'],
  ['takes', 'once'],
  ['takes', 'refuses'],
  ['gone'],
  ['once'],
  ['refuses'],
];
export const PREFERENCES = Object.keys(PREFERENCE_CHANGES) as Preference[];
export const PRIORITIES = ['normal', 'high', 'critical'] as const;

const product = (sockets: Behaviour[][], phones: Behaviour[][], rest: Pick<DeliveryCase, 'preference' | 'priority'>) =>
  [false, true].flatMap((requiresAck) =>
    sockets.flatMap((ofSockets) =>
      phones.map((ofPhones) => ({ sockets: ofSockets, phones: ofPhones, requiresAck, ...rest })),
    ),
  );

/** Every combination of sockets and phones, with and without acknowledgement. */
export const casesOf = (preference: Preference, priority: DeliveryCase['priority']): DeliveryCase[] =>
  product(SOCKETS, PHONES, { preference, priority });

/**
 * Those with one socket and one phone at most, and one of each kind with two: enough where something else varies too.
 */
export const fewCasesOf = (preference: Preference, priority: DeliveryCase['priority']): DeliveryCase[] => {
  const isSmall = (behaviours: Behaviour[]) => behaviours.length < 2 || behaviours.join() === 'takes,once';
  return product(SOCKETS.filter(isSmall), PHONES.filter(isSmall), { preference, priority });
};
