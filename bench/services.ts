// The services of AWS that a month's estimate has a line for.
export const SERVICES = [
  'API Gateway',
  'DynamoDB',
  'Lambda',
  'EventBridge',
  'SQS',
  'SNS',
  'CloudWatch',
  'Secrets Manager',
  'X-Ray',
  'Data transfer',
] as const;
export type Service = (typeof SERVICES)[number];
