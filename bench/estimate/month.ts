// What a month costs on AWS, by service, from what was measured: npm run estimate and docs/cost.md.
import { BILLING_UNITS, type BillingUnit } from '../../local/meter.ts';
import { PRICES } from '../../protocol/list-prices.ts';
import type { Figures, Units } from '../figures.ts';
import { idleMinute } from '../idle-socket.ts';
import { STORAGE_DOLLARS_PER_GB_MONTH } from '../scenario.ts';
import { SERVICES, type Service } from '../services.ts';

export interface Usage {
  users: number;
  /** Share of users who are connected at any moment. */
  online: number;
  notificationsPerUserDay: number;
  /** How producers send: an event each, ten to a PutEvents call, or a hundred in one event. */
  sent: 'single' | 'ten' | 'hundred';
  /** Share of users with a phone: it gets a push while they are offline. */
  phones: number;
  /** How often a user opens a page, beside the reconnects of open sockets every two hours. */
  connectsPerUserDay: number;
  /** How often a user's page asks for the list. */
  listsPerUserDay: number;
  broadcastsPerMonth: number;
  retentionDays: number;
}

export type Month = Record<Service, number> & { total: number };

const DAYS = 365 / 12;
const MINUTES = DAYS * 24 * 60;

const SERVICE_OF: Record<BillingUnit, Service> = {
  websocket_messages: 'API Gateway',
  websocket_connection_minutes: 'API Gateway',
  http_api_requests: 'API Gateway',
  eventbridge_events: 'EventBridge',
  sqs_requests: 'SQS',
  lambda_requests: 'Lambda',
  lambda_gb_seconds: 'Lambda',
  dynamodb_wru: 'DynamoDB',
  dynamodb_rru: 'DynamoDB',
  scheduler_invocations: 'EventBridge',
  sns_requests: 'SNS',
  sns_mobile_deliveries: 'SNS',
  log_gb: 'CloudWatch',
  xray_traces: 'X-Ray',
  data_out_gb: 'Data transfer',
};
const SCENARIO_OF = {
  single: 'single',
  ten: 'ten to a call',
  hundred: 'batch, 100 different requests in one event',
} as const;

export function estimateMonth(usage: Usage, figures: Figures): Month {
  const units = unitsOfMonth(usage, figures);
  const month = Object.fromEntries(SERVICES.map((service) => [service, 0])) as Record<Service, number>;
  for (const unit of BILLING_UNITS) month[SERVICE_OF[unit]] += (units[unit] ?? 0) * PRICES[unit];
  const storedGb = scenarioOf(figures, 'single').storedGb * notificationsOf(usage) * (usage.retentionDays / DAYS);
  month.DynamoDB += storedGb * STORAGE_DOLLARS_PER_GB_MONTH;
  for (const { service, dollars } of figures.monthly) month[service] += dollars;
  return { ...month, total: SERVICES.reduce((sum, service) => sum + month[service], 0) };
}

export const notificationsOf = ({ users, notificationsPerUserDay }: Usage): number =>
  users * notificationsPerUserDay * DAYS;

function unitsOfMonth(usage: Usage, figures: Figures): Units {
  const { users, online, phones } = usage;
  const notifications = notificationsOf(usage);
  const connected = users * online;
  const onlineUnits = scenarioOf(figures, SCENARIO_OF[usage.sent]).units;
  // Without a socket nothing is sent: the rest of the work is the same.
  const offlineUnits: Units = { ...onlineUnits, websocket_messages: 0, data_out_gb: 0 };
  const pushUnits = scenarioOf(figures, 'offline, pushed to one phone').units;
  const push: Units = {
    sns_requests: pushUnits.sns_requests ?? 0,
    sns_mobile_deliveries: pushUnits.sns_mobile_deliveries ?? 0,
  };
  const connectedMinutes = connected * MINUTES;
  const idle = idleMinute();
  const connects = users * usage.connectsPerUserDay * DAYS + connectedMinutes * idle.connects;
  return sum([
    [onlineUnits, notifications * online],
    [offlineUnits, notifications * (1 - online)],
    [push, notifications * (1 - online) * phones],
    [scenarioOf(figures, 'connect with a ticket').units, connects],
    [scenarioOf(figures, 'sync after a connect').units, connects],
    [scenarioOf(figures, 'disconnect').units, connects],
    [scenarioOf(figures, 'ping and pong').units, connectedMinutes * idle.pings],
    [scenarioOf(figures, 'keep-alive').units, connectedMinutes * idle.oneWay],
    [{ websocket_connection_minutes: 1 }, connectedMinutes],
    [scenarioOf(figures, 'list of ten notifications').units, users * usage.listsPerUserDay * DAYS],
    [scenarioOf(figures, 'everyone, 100 sockets').units, usage.broadcastsPerMonth * connected],
  ]);
}

function scenarioOf(figures: Figures, name: string): Figures['scenarios'][string] {
  const found = figures.scenarios[name];
  if (!found)
    throw new Error(`bench/figures.json has no "${name}": npm run bench:cost -- --write measures all of them.`);
  return found;
}

function sum(parts: [Units, number][]): Units {
  const total: Units = {};
  for (const [units, times] of parts) {
    for (const [unit, amount] of Object.entries(units)) {
      total[unit as BillingUnit] = (total[unit as BillingUnit] ?? 0) + amount * times;
    }
  }
  return total;
}
