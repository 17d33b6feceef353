// The options of npm run estimate, as a usage.
import { parseArgs } from 'node:util';
import type { Usage } from './month.ts';

export const DEFAULT_USAGE: Usage = {
  users: 10_000,
  online: 0.2,
  notificationsPerUserDay: 5,
  sent: 'single',
  phones: 0.5,
  connectsPerUserDay: 4,
  listsPerUserDay: 4,
  broadcastsPerMonth: 4,
  retentionDays: 90,
};
const SENT = ['single', 'ten', 'hundred'] as const;

/** Throws where an option is unknown or no number. */
export function usageOf(args: string[]): Usage {
  const text = (value: number) => ({ type: 'string' as const, default: String(value) });
  const { values } = parseArgs({
    args,
    options: {
      users: text(DEFAULT_USAGE.users),
      online: text(DEFAULT_USAGE.online),
      'notifications-per-user-day': text(DEFAULT_USAGE.notificationsPerUserDay),
      sent: { type: 'string', default: DEFAULT_USAGE.sent },
      phones: text(DEFAULT_USAGE.phones),
      'connects-per-user-day': text(DEFAULT_USAGE.connectsPerUserDay),
      'lists-per-user-day': text(DEFAULT_USAGE.listsPerUserDay),
      'broadcasts-per-month': text(DEFAULT_USAGE.broadcastsPerMonth),
      'retention-days': text(DEFAULT_USAGE.retentionDays),
    },
  });
  const sent = SENT.find((one) => one === values.sent);
  if (sent === undefined) throw new Error(`--sent must be one of ${SENT.join(', ')}.`);
  return {
    users: amountOf('users', values.users),
    online: shareOf('online', values.online),
    notificationsPerUserDay: amountOf('notifications-per-user-day', values['notifications-per-user-day']),
    sent,
    phones: shareOf('phones', values.phones),
    connectsPerUserDay: amountOf('connects-per-user-day', values['connects-per-user-day']),
    listsPerUserDay: amountOf('lists-per-user-day', values['lists-per-user-day']),
    broadcastsPerMonth: amountOf('broadcasts-per-month', values['broadcasts-per-month']),
    retentionDays: amountOf('retention-days', values['retention-days']),
  };
}

function amountOf(name: string, text: string): number {
  const amount = Number(text);
  if (text.trim() === '' || !Number.isFinite(amount) || amount < 0)
    throw new Error(`--${name} must be a number from 0 on.`);
  return amount;
}

/** `20%` or `0.2`. */
function shareOf(name: string, text: string): number {
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(share >= 0 && share <= 1)) throw new Error(`--${name} must be a share: 20% or 0.2.`);
  return share;
}
