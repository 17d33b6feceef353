// npm run send: one notification through PutEvents, to the local runtime or to a deployed stack.

import { parseArgs } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { NotificationRequestInput } from '../protocol/request.ts';
import { EVERYONE } from '../protocol/user-id.ts';
import { awsConfig } from './aws-config.ts';
import { findStack } from './find-stack.ts';
import { runCommand } from './run-command.ts';

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
await runCommand(async () => {
  const { client, busName } = await target();
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
  if (FailedEntryCount) throw new Error(`Not sent: ${Entries[0]?.ErrorCode}: ${Entries[0]?.ErrorMessage}`);
  process.stdout.write(`Sent as event ${Entries[0]?.EventId}\n`);
});

async function target(): Promise<{ client: EventBridgeClient; busName: string }> {
  if (flags.bus !== undefined) return { client: new EventBridgeClient(), busName: flags.bus };
  const outputs = await findStack();
  return { client: new EventBridgeClient(awsConfig(outputs)), busName: outputs.event_bus_name! };
}

function audience(to: string): Pick<NotificationRequestInput, 'user_id' | 'user_ids'> {
  if (to === 'everyone') return { user_id: EVERYONE };
  return to.includes(',') ? { user_ids: to.split(',').map((userId) => userId.trim()) } : { user_id: to };
}

function timeOf(at: string): string {
  return /^\d+$/.test(at) ? new Date(Date.now() + Number(at) * 1000).toISOString() : at;
}
