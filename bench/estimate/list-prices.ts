// List prices of hosted services, for the comparison in docs/cost.md. Read from public copies of their price pages, not
// from the pages.

export interface HostedService {
  name: string;
  /** When the copy was made, and of which page. */
  seen: string;
  page: string;
  /** What the price is made of, in words. */
  formula: string;
  /** Dollars a month by list price; undefined where it is quoted only. */
  dollars(usage: { users: number; notificationsPerMonth: number }): number | undefined;
}

const above = (amount: number, included: number): number => Math.max(0, amount - included);

export const HOSTED_SERVICES: HostedService[] = [
  {
    name: 'Novu',
    seen: '2026-05-25',
    page: 'novu.co/pricing',
    formula:
      'free up to 10,000 workflow runs; Pro $30 with 30,000, Team $250 with 250,000, $1.20 per 1,000 more; from 10 M by contract',
    dollars: ({ notificationsPerMonth: runs }) => {
      if (runs <= 10_000) return 0;
      if (runs > 10_000_000) return undefined;
      const plan = (base: number, included: number) => base + (above(runs, included) / 1_000) * 1.2;
      return Math.min(plan(30, 30_000), plan(250, 250_000));
    },
  },
  {
    name: 'Knock',
    seen: '2026-05-25',
    page: 'knock.app/pricing',
    formula: 'free up to 10,000 messages; Starter $250 with 50,000, $0.005 for each more; larger volumes by contract',
    dollars: ({ notificationsPerMonth: messages }) => (messages <= 10_000 ? 0 : 250 + above(messages, 50_000) * 0.005),
  },
  {
    name: 'OneSignal',
    seen: '2026-08-13',
    page: 'onesignal.com/pricing',
    formula:
      'Growth $19, and $0.012 for each monthly active user of mobile push; in-app messages included, no inbox API of the same kind',
    dollars: ({ users }) => 19 + users * 0.012,
  },
];
