// Replays a window of the archive to its queue, and reads what comes. Nothing of it is dispatched.
import {
  CancelReplayCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsConfig } from './aws-config.ts';
import type { Outputs } from './find-stack.ts';

export interface ReplayedEvent {
  id: string;
  source: string;
  time: string;
  detail: Record<string, unknown>;
}

export interface Window {
  fromMs: number;
  toMs: number;
  /** Ends the replay when so many have come. */
  most: number;
  withinMs: number;
}

/** Of replays that are over, whatever ended them. */
const OVER = new Set(['COMPLETED', 'CANCELLED', 'FAILED']);
const WAIT_SECONDS = 2;
/** Our choice: SQS may say that it is empty when it is not. */
const EMPTY_RECEIVES = 2;

export interface Replayed {
  events: ReplayedEvent[];
  /** The bound was met: there may be more. */
  isCut: boolean;
}

export async function replayedEvents(outputs: Outputs, { fromMs, toMs, most, withinMs }: Window): Promise<Replayed> {
  const { archive_arn: EventSourceArn, replay_rule_arn: ruleArn, replay_queue_url: QueueUrl } = outputs;
  if (!EventSourceArn || !ruleArn || !QueueUrl)
    throw new Error('The stack keeps no archive: write "archiveDays" into its settings, deploy, and wait for events.');
  const events = new EventBridgeClient(awsConfig(outputs));
  const sqs = new SQSClient(awsConfig(outputs));
  const ReplayName = `carillon-${Date.now()}`;
  await events.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn,
      EventStartTime: new Date(fromMs),
      EventEndTime: new Date(toMs),
      Destination: { Arn: busOf(EventSourceArn, outputs), FilterArns: [ruleArn] },
    }),
  );
  const endsAtMs = performance.now() + withinMs;
  const found = new Map<string, ReplayedEvent>();
  let isOver = false;
  try {
    for (let empty = 0; found.size < most && performance.now() < endsAtMs && !(isOver && empty >= EMPTY_RECEIVES); ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: isOver ? 0 : WAIT_SECONDS }),
      );
      empty = Messages.length === 0 ? empty + 1 : 0;
      for (const { Body = '{}', ReceiptHandle } of Messages) {
        const { 'replay-name': name, ...event } = JSON.parse(Body);
        // What an earlier command left behind is deleted too.
        if (name === ReplayName && found.size < most) found.set(event.id, event);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      if (!isOver) isOver = await isReplayOver(events, ReplayName);
    }
    const isCut = found.size >= most || performance.now() >= endsAtMs;
    return { events: [...found.values()], isCut };
  } finally {
    if (!isOver) await events.send(new CancelReplayCommand({ ReplayName })).catch(() => undefined);
    events.destroy();
    sqs.destroy();
  }
}

async function isReplayOver(events: EventBridgeClient, ReplayName: string): Promise<boolean> {
  const { State = '', StateReason } = await events.send(new DescribeReplayCommand({ ReplayName }));
  if (State === 'FAILED') throw new Error(`EventBridge ended the replay ${ReplayName}: ${StateReason ?? 'no reason'}.`);
  return OVER.has(State);
}

/** Of the archive's account and region. */
const busOf = (archiveArn: string, outputs: Outputs): string =>
  archiveArn.replace(/:archive\/.*$/, `:event-bus/${outputs.event_bus_name}`);
