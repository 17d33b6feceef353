// What CloudWatch Logs bills for: the bytes of an event's text, and 26 more for each event.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const EVENT_OVERHEAD_BYTES = 26;

export const logEventBytes = (text: string): number => Buffer.byteLength(text) + EVENT_OVERHEAD_BYTES;

/** How long a variable of an access log's format becomes (our estimate); an error is "-" but where there is one. */
const VARIABLE_LENGTHS: Record<string, number> = { requestId: 16, status: 3, integrationErrorMessage: 1 };
/** Of the others: ids, routes and times. */
const OTHER_LENGTH = 20;

/** A line of an access log is not written here, only billed. */
export function accessLogBytes(stage: Record<string, any>): number {
  const format: unknown = stage.AccessLogSettings?.Format;
  if (typeof format !== 'string') return 0;
  const written = format.replace(/\$context\.([A-Za-z.]+)/g, (_, name: string) =>
    '-'.repeat(VARIABLE_LENGTHS[name] ?? OTHER_LENGTH),
  );
  return logEventBytes(written);
}
