// What CloudWatch Logs bills for: the bytes of an event's text, and 26 more for each event.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const EVENT_OVERHEAD_BYTES = 26;

export const logEventBytes = (text: string): number => Buffer.byteLength(text) + EVENT_OVERHEAD_BYTES;

/** What a variable of an access log's format becomes: ids and times are about as long (our estimate). */
const VARIABLE_TEXT = '-'.repeat(20);

/** A line of an access log is not written here, only billed. */
export function accessLogBytes(stage: Record<string, any>): number {
  const format: unknown = stage.AccessLogSettings?.Format;
  return typeof format === 'string' ? logEventBytes(format.replace(/\$context\.[A-Za-z.]+/g, VARIABLE_TEXT)) : 0;
}
