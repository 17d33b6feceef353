// What happens in one episode, as data: everything is decided by the seed before it runs, so that a failing one can be
// cut down.
import type { PreferencesChange } from '../../protocol/preferences.ts';
import type { NotificationRequest } from '../../protocol/request.ts';
import type { FaultRates } from './faults.ts';

export type Audience = { user: number } | { users: number[] } | { topic: string } | 'everyone';

export interface RequestOp {
  kind: 'request';
  /** In the title, so that every frame, row and push names its request. */
  key: string;
  audience: Audience;
  priority: NotificationRequest['priority'];
  isStored: boolean;
  requiresAck: boolean;
  type: string;
  /** The producer's own id; several requests may have one. */
  id?: string;
  deliverInMs?: number;
  expiresInMs?: number;
  digest?: { key: string; windowSeconds: number; isLeading: boolean };
  /** The first of its users to claim it has it for so long. */
  claimSeconds?: number;
}

export type TabOp = { kind: 'open' | 'close' | 'cut' | 'refuse' | 'accept'; user: number; tab: number };
export type ItemOp = { kind: 'read' | 'unread' | 'archive'; user: number; nth: number };
export type Op =
  | RequestOp
  /** The producer sends the same event again (`isSameEvent`: the bus delivers it twice). */
  | { kind: 'repeat'; of: string; isSameEvent: boolean }
  | { kind: 'cancel'; of: string }
  | { kind: 'invalid'; key: string }
  | { kind: 'logout'; user: number }
  | TabOp
  | ItemOp
  /** `nth`: up to that notification of the list, else everything. */
  | { kind: 'markAll'; user: number; nth?: number }
  | { kind: 'clearAll' | 'seeAll'; user: number }
  | { kind: 'snooze'; user: number; nth: number; forMs: number }
  /** `nth`: of what the user has snoozed, the latest first. */
  | { kind: 'unsnooze'; user: number; nth: number }
  /** `of`: the key of a request with a claim. */
  | { kind: 'claim' | 'release'; user: number; of: string }
  | { kind: 'preferences'; user: number; change: PreferencesChange }
  | { kind: 'addDevice' | 'removeDevice' | 'uninstall'; user: number; device: number };

export type TimedOp = Op & { atMs: number };

export interface Plan {
  seed: number;
  users: number;
  rates: FaultRates;
  /** Per message: delivered once more by the queue. */
  repeatRate: number;
  /** Per schedule: a minute late, or twice. */
  scheduleFaultRate: number;
  /** The oldest an eventually consistent read may be. */
  staleMaxMs: number;
  /** In order of time. */
  ops: TimedOp[];
}

export const isCalm = ({ rates, repeatRate, scheduleFaultRate }: Plan): boolean =>
  repeatRate + scheduleFaultRate + Object.values(rates).reduce((sum, rate) => sum + rate, 0) === 0;

export const userName = (user: number): string => `user-${user}`;
