// What AWS bills, in dollars for one unit: list prices of us-east-1, first tier, free tiers left out. Seen 2026-11-21.

const PER_MILLION = 1e-6;

export const PRICES = {
  // https://aws.amazon.com/api-gateway/pricing/: WebSocket messages up to a billion a month, connection minutes, HTTP
  // APIs up to 300 million.
  websocket_messages: 1.0 * PER_MILLION,
  websocket_connection_minutes: 0.25 * PER_MILLION,
  http_api_requests: 1.0 * PER_MILLION,
  // https://aws.amazon.com/eventbridge/pricing/: custom events; delivery within the account is free. Scheduler:
  // invocations.
  eventbridge_events: 1.0 * PER_MILLION,
  scheduler_invocations: 1.0 * PER_MILLION,
  // https://aws.amazon.com/sqs/pricing/: standard queues.
  sqs_requests: 0.4 * PER_MILLION,
  // https://aws.amazon.com/lambda/pricing/: requests, and duration on arm64.
  lambda_requests: 0.2 * PER_MILLION,
  lambda_gb_seconds: 13.3334 * PER_MILLION,
  // https://aws.amazon.com/dynamodb/pricing/on-demand/: an eventually consistent read counts as half a unit.
  dynamodb_wru: 0.625 * PER_MILLION,
  dynamodb_rru: 0.125 * PER_MILLION,
  // https://aws.amazon.com/sns/pricing/: API requests, and mobile push deliveries on top of them.
  sns_requests: 0.5 * PER_MILLION,
  sns_mobile_deliveries: 0.5 * PER_MILLION,
  // https://aws.amazon.com/cloudwatch/pricing/: ingestion of custom logs. https://aws.amazon.com/xray/pricing/: traces
  // recorded.
  log_gb: 0.5,
  xray_traces: 5 * PER_MILLION,
  // https://aws.amazon.com/ec2/pricing/on-demand/: data transfer out to the internet, up to 10 TB a month.
  data_out_gb: 0.09,
} as const;
