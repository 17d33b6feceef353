// The estimator: dollars a month from measured units, and the documents that are made from it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COST_DOCUMENTS, filled } from '../../../bench/estimate/fill-tables.ts';
import { HOSTED_SERVICES } from '../../../bench/estimate/list-prices.ts';
import { estimateMonth } from '../../../bench/estimate/month.ts';
import { report } from '../../../bench/estimate/report.ts';
import { DEFAULT_USAGE, usageOf } from '../../../bench/estimate/usage.ts';
import { readFigures } from '../../../bench/figures.ts';
import { idleSocketDollars } from '../../../bench/idle-socket.ts';
import { SCENARIOS } from '../../../bench/scenarios.ts';
import { SERVICES } from '../../../bench/services.ts';
import { ROOT } from '../../docs/markdown.ts';

const figures = readFigures();
const total = (change: object) => estimateMonth({ ...DEFAULT_USAGE, ...change }, figures).total;
const base = total({});

describe('an estimate', () => {
  it('is the sum of its services', () => {
    const month = estimateMonth(DEFAULT_USAGE, figures);
    expect(SERVICES.reduce((sum, service) => sum + month[service], 0)).toBeCloseTo(month.total, 9);
  });

  it('has only the stack itself where nobody is', () => {
    const alone = figures.monthly.reduce((sum, { dollars }) => sum + dollars, 0);
    expect(total({ users: 0 })).toBeCloseTo(alone, 9);
  });

  it('grows with users, sockets, notifications, phones and retention', () => {
    for (const change of [
      { users: 20_000 },
      { online: 0.3 },
      { notificationsPerUserDay: 6 },
      { phones: 0.6 },
      { retentionDays: 120 },
      { connectsPerUserDay: 5 },
      { listsPerUserDay: 5 },
      { broadcastsPerMonth: 5 },
    ]) {
      expect(total(change), JSON.stringify(change)).toBeGreaterThan(base);
    }
  });

  it('is lower where many requests go in one event', () => {
    expect(total({ sent: 'ten' })).toBeLessThan(base);
    expect(total({ sent: 'hundred' })).toBeLessThan(total({ sent: 'ten' }));
  });

  it('has what the stack itself costs at the service that bills it', () => {
    const alone = estimateMonth({ ...DEFAULT_USAGE, users: 0 }, figures);
    expect(alone['Secrets Manager']).toBeCloseTo(0.4, 9);
    expect(alone.SQS).toBeCloseTo(0.5256, 4);
    const ofCloudWatch = figures.monthly.filter(({ what }) => /metrics|alarms|dashboards/.test(what));
    expect(alone.CloudWatch).toBeCloseTo(
      ofCloudWatch.reduce((sum, { dollars }) => sum + dollars, 0),
      9,
    );
  });

  it('bills an open socket by the minute', () => {
    const socket = { users: 1, online: 1, notificationsPerUserDay: 0, connectsPerUserDay: 0, listsPerUserDay: 0 };
    const idle = total({ ...socket, broadcastsPerMonth: 0 }) - total({ users: 0 });
    // $0.011 for its minutes, $0.005 for keep-alives, $0.004 for a connect each 108 minutes.
    expect(idle).toBeGreaterThan(0.016);
    expect(idle).toBeLessThan(0.025);
  });
});

describe('its options', () => {
  it('take shares as 20% or 0.2', () => {
    expect(usageOf(['--online', '30%']).online).toBe(0.3);
    expect(usageOf(['--online', '0.3']).online).toBe(0.3);
  });

  it.each([
    [['--online', '120%'], '--online must be a share'],
    [['--users', 'many'], '--users must be a number'],
    [['--sent', 'twice'], '--sent must be one of'],
    [['--user', '1'], 'user'],
  ])('%j are refused', (args, message) => {
    expect(() => usageOf(args)).toThrow(message);
  });
});

it('a report names every service that costs something, and what changes the sum', () => {
  const text = report(DEFAULT_USAGE, figures);
  for (const service of ['API Gateway', 'DynamoDB', 'Lambda', 'EventBridge', 'SQS', 'SNS', 'CloudWatch']) {
    expect(text).toContain(service);
  }
  expect(text).toContain('send a hundred requests in one event');
});

describe('documents', () => {
  it.each(COST_DOCUMENTS)('%s has the tables that are made from the figures', (name) => {
    const document = readFileSync(join(ROOT, name), 'utf8');
    expect(filled(document, figures)).toBe(document);
    expect(document).toContain('<!-- costs:');
  });

  it('were made after every scenario was measured', () => {
    expect(Object.keys(figures.scenarios)).toEqual(SCENARIOS.map(({ name }) => name));
  });

  it('say what an idle socket costs', () => {
    expect(readFileSync(join(ROOT, 'docs/cost.md'), 'utf8')).toContain(
      `**A socket that is always open** costs $${idleSocketDollars().month.toFixed(4)} a month`,
    );
  });

  it('say when a list price was seen', () => {
    for (const { seen } of HOSTED_SERVICES) expect(seen).toMatch(/^2026-\d\d-\d\d$/);
  });
});
