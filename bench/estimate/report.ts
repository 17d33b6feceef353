// An estimate as text: dollars by service, and what would change them.
import type { Figures } from '../figures.ts';
import { SERVICES } from '../services.ts';
import { estimateMonth, notificationsOf, type Usage } from './month.ts';

export const dollars = (amount: number): string =>
  `$${amount.toLocaleString('en', { minimumFractionDigits: amount < 100 ? 2 : 0, maximumFractionDigits: amount < 100 ? 2 : 0 })}`;

/** What a team can turn, each by itself. */
const CHANGES: { what: string; change(usage: Usage): Usage }[] = [
  { what: 'send a hundred requests in one event', change: (usage) => ({ ...usage, sent: 'hundred' }) },
  { what: 'keep notifications for 30 days', change: (usage) => ({ ...usage, retentionDays: 30 }) },
  {
    what: 'close sockets of hidden pages: half as many online',
    change: (usage) => ({ ...usage, online: usage.online / 2 }),
  },
  {
    what: 'half as many notifications',
    change: (usage) => ({ ...usage, notificationsPerUserDay: usage.notificationsPerUserDay / 2 }),
  },
  { what: 'no push', change: (usage) => ({ ...usage, phones: 0 }) },
];

export function report(usage: Usage, figures: Figures): string {
  const month = estimateMonth(usage, figures);
  const row = (name: string, amount: number, sign = '') =>
    `  ${name.padEnd(52)} ${(sign + dollars(amount)).padStart(12)}`;
  const changes = CHANGES.map(({ what, change }) => ({
    what,
    by: estimateMonth(change(usage), figures).total - month.total,
  }))
    .filter(({ by }) => Math.abs(by) >= 0.005)
    .map(({ what, by }) => row(what, Math.abs(by), by < 0 ? '-' : '+'));
  return [
    `${usage.users.toLocaleString('en')} users, ${Math.round(notificationsOf(usage)).toLocaleString('en')} notifications a month: ${dollars(month.total)}`,
    '',
    ...SERVICES.filter((service) => month[service] >= 0.005).map((service) => row(service, month[service])),
    '',
    'What changes it:',
    '',
    ...changes,
    '',
    `List prices of us-east-1 without free tiers, units measured on ${figures.measuredOn}: docs/cost.md.`,
    'Not in it: sign-in (Cognito bills users of its pool), traces (tracing is off), support and taxes.',
  ].join('\n');
}
