// Counts what AWS would bill, in AWS's own units.

export const BILLING_UNITS = [
  'websocket_messages', // per 32 KB, each direction, @connections posts included
  'websocket_connection_minutes',
  'http_api_requests', // per 512 KB
  'eventbridge_events', // PutEvents entries, per 64 KB
  'sqs_requests', // per 64 KB of a send, receive or delete call, empty receives included
  'lambda_requests',
  'lambda_gb_seconds',
  'dynamodb_wru', // write request units (1 KB)
  'dynamodb_rru', // read request units (4 KB strong, half when eventual)
  'scheduler_invocations',
  'sns_requests', // API publishes, per 64 KB
  'sns_mobile_deliveries',
  'log_gb', // CloudWatch Logs: what functions and access logs write, with 26 bytes for each event
  'xray_traces', // one for each invocation of a traced function; at a high rate X-Ray samples fewer
  'data_out_gb', // frames and HTTP responses that leave AWS
] as const;
export type BillingUnit = (typeof BILLING_UNITS)[number];

export interface Meter {
  /** Adds to a unit; `detail` breaks it down, e.g. a function name or `dynamodb:Query`. */
  add(unit: BillingUnit, amount: number, detail?: string): void;
  read(): MeterReading;
  reset(): void;
}
export interface MeterReading {
  units: Record<BillingUnit, number>;
  /** unit → detail → amount */
  by: Partial<Record<BillingUnit, Record<string, number>>>;
}

const none = () => Object.fromEntries(BILLING_UNITS.map((unit) => [unit, 0])) as Record<BillingUnit, number>;

/** `onAdd` hears of every amount as it is added. */
export function meter(onAdd?: (unit: BillingUnit, amount: number) => void): Meter {
  let units = none();
  let by: MeterReading['by'] = {};
  return {
    add(unit, amount, detail) {
      units[unit] += amount;
      onAdd?.(unit, amount);
      if (detail === undefined) return;
      by[unit] ??= {};
      const details = by[unit];
      details[detail] = (details[detail] ?? 0) + amount;
    },
    read: () => structuredClone({ units, by }),
    reset() {
      units = none();
      by = {};
    },
  };
}
