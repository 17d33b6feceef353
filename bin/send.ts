// npm run send: one notification through PutEvents, to the local runtime or to a deployed stack.

import { parseArgs } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { NotificationRequestInput } from '../protocol/request.ts';
import { EVERYONE } from '../protocol/user-id.ts';

// On Node 20 the SDK tells at every start what it will need in 2027; whoever sends a notification need not read it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const USAGE = `Usage: npm run send -- --to alice --title "Hello!" --message "Your build is ready"

  --to         a user id, several separated by commas, or everyone
  --topic      a topic instead, such as chat:42 (live only)
  --title, --message, --type (system), --priority (normal | high | critical)
  --payload    a JSON object
  --at         an ISO time, or seconds from now
  --id         your own idempotency key
  --ack        ask for an acknowledgement
  --live       live only: nothing is stored
  --bus        an event bus in your AWS account, instead of the local runtime (uses your AWS credentials)
`;

const { values: flags } = parseArgs({
  options: {
    to: { type: 'string' },
    topic: { type: 'string' },
    title: { type: 'string' },
    message: { type: 'string' },
    type: { type: 'string', default: 'system' },
    priority: { type: 'string' },
    payload: { type: 'string' },
    at: { type: 'string' },
    id: { type: 'string' },
    ack: { type: 'boolean' },
    live: { type: 'boolean' },
    bus: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (flags.help || (flags.to === undefined) === (flags.topic === undefined)) {
  process.stderr.write(USAGE);
  process.exit(flags.help ? 0 : 2);
}

const detail: NotificationRequestInput = {
  ...(flags.topic === undefined ? audience(flags.to!) : { topic: flags.topic }),
  ...(flags.title !== undefined && { title: flags.title }),
  ...(flags.message !== undefined && { message: flags.message }),
  notification_type: flags.type,
  ...(flags.priority !== undefined && { priority: flags.priority as 'normal' }),
  ...(flags.payload !== undefined && { payload: JSON.parse(flags.payload) as Record<string, unknown> }),
  ...(flags.at !== undefined && { deliver_at: timeOf(flags.at) }),
  ...(flags.id !== undefined && { id: flags.id }),
  ...(flags.ack && { requires_ack: true }),
  ...(flags.live && { store: false }),
};
const { client, busName } =
  flags.bus === undefined ? await localBus() : { client: new EventBridgeClient(), busName: flags.bus };
const { FailedEntryCount, Entries = [] } = await client.send(
  new PutEventsCommand({
    Entries: [
      {
        EventBusName: busName,
        Source: 'carillon.send',
        DetailType: 'notification.requested',
        Detail: JSON.stringify(detail),
      },
    ],
  }),
);
if (FailedEntryCount) {
  process.stderr.write(`Not sent: ${Entries[0]?.ErrorCode}: ${Entries[0]?.ErrorMessage}\n`);
  process.exit(1);
}
process.stdout.write(`Sent as event ${Entries[0]?.EventId}\n`);

function audience(to: string): Pick<NotificationRequestInput, 'user_id' | 'user_ids'> {
  if (to === 'everyone') return { user_id: EVERYONE };
  return to.includes(',') ? { user_ids: to.split(',').map((userId) => userId.trim()) } : { user_id: to };
}

function timeOf(at: string): string {
  return /^\d+$/.test(at) ? new Date(Date.now() + Number(at) * 1000).toISOString() : at;
}

async function localBus() {
  const url = `http://127.0.0.1:${process.env.PORT ?? 4280}/_local/outputs`;
  const outputs = await fetch(url).then(
    (response) => response.json() as Promise<Record<string, string>>,
    () => {
      process.stderr.write(`Nothing answers at ${url}. Start it with: npm start\n`);
      process.exit(1);
    },
  );
  const client = new EventBridgeClient({
    endpoint: outputs.aws_endpoint_url!,
    region: outputs.region!,
    credentials: { accessKeyId: outputs.aws_access_key_id!, secretAccessKey: outputs.aws_secret_access_key! },
  });
  return { client, busName: outputs.event_bus_name! };
}
