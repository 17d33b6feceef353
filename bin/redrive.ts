// npm run redrive: sends what was dead-lettered, or could not be delivered, back to where it belongs.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { awsConfig } from './aws-config.ts';
import { findStack } from './find-stack.ts';
import { attributesOf, destinationOf, identityOf } from './redrive-message.ts';
import { readFlags, runCommand } from './run-command.ts';

const USAGE = `Usage: npm run redrive

Redrives the dead-letter queues once the cause is fixed. No user receives a duplicate. Rejected events are left: correct and send them.

  --stack  a deployed stack by its name, instead of the local runtime (uses your AWS credentials)
  --max    at most so many messages of each queue (default 10000)
`;

const { values: flags } = readFlags({
  options: { stack: { type: 'string' }, max: { type: 'string', default: '10000' }, help: { type: 'boolean' } },
});
if (flags.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

await runCommand(async () => {
  const outputs = await findStack(flags.stack);
  const clients = { sqs: new SQSClient(awsConfig(outputs)), events: new EventBridgeClient(awsConfig(outputs)) };
  const { dispatch_queue_url: dispatch, fanout_queue_url: fanout } = outputs;
  const queues = [
    ['dead-letter queue of dispatch', outputs.dead_letter_queue_url, dispatch, true],
    ['dead-letter queue of fanout', outputs.fanout_dead_letter_queue_url, fanout, true],
    ['undelivered queue', outputs.undelivered_queue_url, dispatch, false],
  ] as const;
  for (const [name, from, to, wasTried] of queues) {
    if (!from || !to) throw new Error(`The stack has no output for its ${name}; deploy it again.`);
    const count = await redrive(clients, { from, to, wasTried }, Number(flags.max));
    process.stdout.write(`${String(count).padStart(6)} from the ${name}\n`);
  }
});

interface Route {
  from: string;
  to: string;
  /** A function has received what is in it. */
  wasTried: boolean;
}

interface Clients {
  sqs: SQSClient;
  events: EventBridgeClient;
}

/** Each message is sent first and deleted then: what breaks off in between comes twice, which does no harm. */
async function redrive(clients: Clients, route: Route, most: number): Promise<number> {
  const { sqs } = clients;
  const { from } = route;
  const sent = new Set<string | undefined>();
  for (let moved = 0; ; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: from,
        MaxNumberOfMessages: Math.min(10, most - moved),
        MessageAttributeNames: ['All'],
      }),
    );
    for (const message of Messages) {
      // A message may be there twice, with its reason and without.
      if (!sent.has(identityOf(message))) await sendBack(clients, message, route);
      sent.add(identityOf(message));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }));
      moved++;
    }
    if (Messages.length === 0 || moved >= most) return moved;
  }
}

async function sendBack({ sqs, events }: Clients, message: Message, { to, wasTried }: Route): Promise<void> {
  const destination = destinationOf(message);
  if (destination.to === 'queue') {
    const MessageAttributes = attributesOf(message, wasTried);
    await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body, MessageAttributes }));
    return;
  }
  const { source: Source, detailType: DetailType, detail: Detail } = destination.event;
  const entry = { EventBusName: destination.name, Source, DetailType, Detail };
  const { Entries = [], FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) throw new Error(`The bus did not take an event: ${Entries[0]?.ErrorMessage}`);
}
