// npm run send: one notification through PutEvents, to the local runtime or to a deployed stack.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { awsConfig } from './aws-config.ts';
import { findStack, type Outputs } from './find-stack.ts';
import { outcomeLine } from './outcome-line.ts';
import { readFlags, runCommand } from './run-command.ts';
import { checkDetail, DETAIL_OPTIONS, DETAIL_TYPE, detailText } from './send-detail.ts';

const USAGE = `Usage: npm run send -- --to alice --title "Hello" --message "Your build is ready"

  --to         a user id, several separated by commas, or everyone
  --topic      a topic instead, such as chat:42 (live only)
  --title, --message, --type (system), --priority (normal | high | critical)
  --payload    a JSON object
  --at         an ISO time, or seconds from now
  --id         your own idempotency key
  --ack        ask for an acknowledgement
  --live       live only: nothing is stored
  --bus        an event bus in your AWS account, instead of the local runtime (uses your AWS credentials)

The request is checked before it is sent: what is wrong with it is one line, and the exit code is 2.
`;

const WITHIN_MS = 10_000;

const { values: flags } = readFlags({
  options: {
    ...DETAIL_OPTIONS,
    bus: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (flags.help) process.stdout.write(USAGE);
else await runCommand(() => (flags.bus === undefined ? sendHere() : sendTo(flags.bus)));

async function sendHere(): Promise<void> {
  // Before anything is looked for: what is typed wrong is wrong wherever it goes.
  checkDetail(detailText(flags, Date.now()));
  const outputs = await findStack();
  const detail = detailText(flags, await clockOf(outputs));
  const eventId = await put(new EventBridgeClient(awsConfig(outputs)), outputs.event_bus_name!, detail);
  process.stdout.write(`Sent to ${outputs.http_url} as event ${eventId}\n`);
  const { line, isProblem } = await outcomeLine(outputs.http_url!, eventId);
  process.stdout.write(`${line}\n`);
  if (isProblem) process.exitCode = 1;
}

async function sendTo(busName: string): Promise<void> {
  const detail = detailText(flags, Date.now());
  checkDetail(detail);
  const client = new EventBridgeClient();
  const eventId = await put(client, busName, detail);
  process.stdout.write(`Sent to the bus ${busName} in ${await client.config.region()} as event ${eventId}\n`);
}

async function put(client: EventBridgeClient, EventBusName: string, Detail: string): Promise<string> {
  const entry = { EventBusName, Source: 'carillon.send', DetailType: DETAIL_TYPE, Detail };
  const { FailedEntryCount, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) throw new Error(`Not sent: ${Entries[0]?.ErrorCode}: ${Entries[0]?.ErrorMessage}`);
  return Entries[0]!.EventId!;
}

/** The runtime's clock may have been moved: `--at 60` is a minute from its now. */
async function clockOf({ http_url: url }: Outputs): Promise<number> {
  const response = await fetch(`${url}/_local/clock`, { signal: AbortSignal.timeout(WITHIN_MS) });
  return Date.parse(((await response.json()) as { now: string }).now);
}
