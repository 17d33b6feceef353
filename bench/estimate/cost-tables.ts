// The tables of docs/cost.md and of README.md, from what was measured. A test compares.

import type { BillingUnit } from '../../local/meter.ts';
import { PRICES } from '../../protocol/list-prices.ts';
import type { Figures } from '../figures.ts';
import { SERVICES } from '../services.ts';
import { HOSTED_SERVICES } from './list-prices.ts';
import { estimateMonth, notificationsOf, type Usage } from './month.ts';
import { dollars } from './report.ts';
import { DEFAULT_USAGE } from './usage.ts';

const SIZES = [1_000, 100_000, 1_000_000];
const usages: Usage[] = SIZES.map((users) => ({ ...DEFAULT_USAGE, users }));

const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
const head = (cells: string[]): string[] => [line(cells), line(cells.map((_cell, at) => (at === 0 ? '---' : '---:')))];
const inFull = (amount: number): string => amount.toLocaleString('en');

/** A million of each scenario. */
export function scenarioTable({ scenarios }: Figures): string {
  const rows = Object.entries(scenarios).map(([name, { of, perSecond, units, emptyReceives }]) => {
    const total = Object.entries(units).reduce(
      (sum, [unit, amount]) => sum + amount * PRICES[unit as BillingUnit],
      emptyReceives * PRICES.sqs_requests,
    );
    return line([name, of, String(perSecond), dollars(total * 1e6)]);
  });
  return [...head(['Scenario', 'Of', 'A second', 'Per million']), ...rows].join('\n');
}

/** By service, for the three sizes. */
export function monthTable(figures: Figures): string {
  const months = usages.map((usage) => estimateMonth(usage, figures));
  const rows = SERVICES.filter((service) => months.some((month) => month[service] >= 0.005)).map((service) =>
    line([service, ...months.map((month) => dollars(month[service]))]),
  );
  const total = line(['**All**', ...months.map((month) => `**${dollars(month.total)}**`)]);
  const notifications = line(['Notifications', ...usages.map((usage) => inFull(Math.round(notificationsOf(usage))))]);
  return [
    ...head(['A month with', ...SIZES.map((users) => `${inFull(users)} users`)]),
    notifications,
    ...rows,
    total,
  ].join('\n');
}

export function hostedTable(figures: Figures): string {
  const own = line(['Carillon on AWS', ...usages.map((usage) => dollars(estimateMonth(usage, figures).total)), '']);
  const others = HOSTED_SERVICES.map(({ name, page, seen, dollars: priceOf }) => {
    const prices = usages.map((usage) => {
      const price = priceOf({ users: usage.users, notificationsPerMonth: notificationsOf(usage) });
      return price === undefined ? 'by contract' : dollars(price);
    });
    return line([name, ...prices, `${page}, ${seen}`]);
  });
  return [...head(['A month', ...SIZES.map((users) => `${inFull(users)} users`), 'Seen']), own, ...others].join('\n');
}

/** README.md: three rows. */
export function readmeTable(figures: Figures): string {
  const rows = usages.map((usage) => {
    const notifications = inFull(Math.round(notificationsOf(usage)));
    return line([inFull(usage.users), notifications, dollars(estimateMonth(usage, figures).total)]);
  });
  return [...head(['Users', 'Notifications a month', 'AWS, a month']), ...rows].join('\n');
}
