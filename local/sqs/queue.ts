// One SQS standard queue in memory, on the movable clock: delay, visibility, receive counts, retention, dead-lettering.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Statement } from '../iam/principal.ts';
import { checkSend, type SendInput } from './check-send.ts';
import type { KeptMessages } from './kept-messages.ts';
import { invalidValue } from './message.ts';
import { type MessageState, messageStore, type StoreEntry } from './message-store.ts';
import { type QueueSettings, queueSettings, settingAttributes } from './queue-settings.ts';
import { readReceipt } from './receipt.ts';
import { type ReceivedMessage, received, type StoredMessage } from './stored-message.ts';

export interface ReceiveOptions {
  max?: number;
  visibilityTimeoutSeconds?: number;
  waitSeconds?: number;
}

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly settings: QueueSettings;
  /** Statements of the queue's own policy. */
  resourcePolicy: Statement[];
  /** Where a message goes that was received too often; set by createQueues. */
  deadLetterQueue: Queue | undefined;
  send(input: SendInput): { messageId: string };
  receive(options?: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Idempotent; a handle of an earlier receive deletes nothing, as on AWS. */
  delete(receiptHandle: string): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  purge(): void;
  /** Numbers and settings as GetQueueAttributes names them. */
  attributes(): Record<string, string>;
  /** How many messages a receive could take now. */
  readonly available: number;
  /** Calls back whenever messages have become available; returns the way to stop. */
  onAvailable(callback: () => void): () => void;
  /** Sends a received message to the dead-letter queue at once; without one it is dropped. True when there was one. */
  deadLetter(receiptHandle: string): boolean;
  /** Takes up a message from another queue, its id, attributes and age kept. */
  accept(message: StoredMessage): void;
  /** Takes every available message away, for a message move. */
  drain(): StoredMessage[];
  /** What is stored, visible or not, oldest first: for the console and tests. */
  peek(): { message: StoredMessage; state: MessageState; visibleAtMs: number }[];
  /** When a hidden message can be received again; undefined when it is not hidden. */
  hiddenUntil(messageId: string): number | undefined;
  /** Makes a hidden message available at once, or takes one out; false when it is not there. For the console. */
  reveal(messageId: string): boolean;
  discard(messageId: string): boolean;
  /** Forgets everything, without PurgeQueue's waiting time. */
  reset(): void;
}

/** AWS's limits. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_IN_FLIGHT = 120_000;
const MAX_VISIBILITY_SECONDS = 43_200;
const PURGE_INTERVAL_MS = 60_000;

export function createQueue(config: {
  name: string;
  url: string;
  arn: string;
  properties: Record<string, any>;
  clock: Clock;
  kept?: KeptMessages;
  onDeadLetter?(message: StoredMessage, to: Queue): void;
  onDelete?(): void;
}): Queue {
  const { name, url, arn, clock } = config;
  const settings = queueSettings(name, config.properties);
  const createdSeconds = String(Math.floor(clock.now() / 1000));
  const callbacks = new Set<() => void>();
  const waiters: { options: ReceiveOptions; answer: (messages: ReceivedMessage[]) => void }[] = [];
  let purgedMs = Number.NEGATIVE_INFINITY;

  const store = messageStore(clock, settings.retentionSeconds, config.kept, () => {
    while (store.available.size > 0 && waiters.length > 0) {
      const taken = take(waiters[0]!.options);
      if (taken.length > 0) waiters.shift()!.answer(taken);
    }
    if (store.available.size > 0) for (const callback of [...callbacks]) callback();
  });

  const take = ({ max = 1, visibilityTimeoutSeconds = settings.visibilityTimeoutSeconds }: ReceiveOptions) => {
    const taken: ReceivedMessage[] = [];
    const looked = new Set<StoreEntry>();
    while (taken.length < max) {
      const entry = store.next(looked);
      if (entry === undefined) break;
      looked.add(entry);
      if (store.isExpired(entry)) store.remove(entry);
      // A receive that would exceed maxReceiveCount moves the message instead of giving it out.
      else if (settings.redrive && queue.deadLetterQueue && entry.receives >= settings.redrive.maxReceiveCount)
        deadLetter(entry);
      else taken.push(give(entry, visibilityTimeoutSeconds));
    }
    return taken;
  };
  const give = (entry: StoreEntry, visibilityTimeoutSeconds: number) => {
    const now = clock.now();
    entry.receives++;
    entry.receivedMs = now;
    entry.nonce = randomUUID();
    entry.message.receiveCount++;
    entry.message.firstReceivedMs ??= now;
    if (visibilityTimeoutSeconds > 0) store.hide(entry, 'in flight', now + visibilityTimeoutSeconds * 1000);
    return received(name, entry.message, entry.nonce);
  };
  const deadLetter = (entry: StoreEntry) => {
    store.remove(entry);
    if (!queue.deadLetterQueue) return;
    queue.deadLetterQueue.accept({ ...entry.message, deadLetterSourceArn: arn });
    config.onDeadLetter?.(entry.message, queue.deadLetterQueue);
  };
  /** Undefined for a message that is no longer there. */
  const byAnyHandle = (receiptHandle: string): { entry: StoreEntry; isLatest: boolean } | undefined => {
    const receipt = readReceipt(receiptHandle);
    if (receipt?.queue !== name) {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
        404,
      );
    }
    const entry = store.get(receipt.messageId);
    return entry && { entry, isLatest: entry.nonce === receipt.nonce };
  };
  const byHandle = (receiptHandle: string): StoreEntry | undefined => {
    const found = byAnyHandle(receiptHandle);
    return found?.isLatest ? found.entry : undefined;
  };

  const queue: Queue = {
    name,
    url,
    arn,
    settings,
    resourcePolicy: [],
    deadLetterQueue: undefined,
    send(input) {
      const delaySeconds = checkSend(input, settings);
      const { body, attributes = {}, systemAttributes = {} } = input;
      const messageId = randomUUID();
      const { groupId, senderId, hops = 0 } = input;
      const fresh = {
        sentMs: clock.now(),
        firstReceivedMs: undefined,
        receiveCount: 0,
        deadLetterSourceArn: undefined,
      };
      store.add({ messageId, body, attributes, systemAttributes, groupId, senderId, hops, ...fresh }, delaySeconds);
      return { messageId };
    },
    async receive(options = {}) {
      if (store.count('in flight') >= MAX_IN_FLIGHT) {
        throw new AwsError(
          'OverLimit',
          `Queue ${name} has ${MAX_IN_FLIGHT} messages in flight, which is the limit.`,
          403,
        );
      }
      const ready = take(options);
      const waitSeconds = options.waitSeconds ?? settings.receiveWaitSeconds;
      if (ready.length > 0 || waitSeconds <= 0) return ready;
      return new Promise((resolve) => {
        const giveUp = clock.at(clock.now() + waitSeconds * 1000, () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          resolve([]);
        });
        const waiter = {
          options,
          answer: (messages: ReceivedMessage[]) => {
            giveUp();
            resolve(messages);
          },
        };
        waiters.push(waiter);
      });
    },
    delete(receiptHandle) {
      const entry = byHandle(receiptHandle);
      if (!entry) return;
      store.remove(entry);
      config.onDelete?.();
    },
    changeVisibility(receiptHandle, seconds) {
      if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_VISIBILITY_SECONDS) {
        throw invalidValue(
          `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and ${MAX_VISIBILITY_SECONDS}.`,
        );
      }
      // AWS accepts a handle of an earlier receive, and one whose visibility timeout is over.
      const entry = byAnyHandle(receiptHandle)?.entry;
      if (!entry) {
        throw invalidValue(
          `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
        );
      }
      const untilMs = clock.now() + seconds * 1000;
      if (Math.floor((untilMs - entry.receivedMs) / 1000) > MAX_VISIBILITY_SECONDS) {
        throw invalidValue(
          `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`,
        );
      }
      if (seconds > 0) store.hide(entry, 'in flight', untilMs);
      else store.show(entry);
    },
    purge() {
      if (clock.now() - purgedMs < PURGE_INTERVAL_MS) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
          403,
        );
      }
      purgedMs = clock.now();
      store.clear();
    },
    attributes() {
      store.forgetExpired();
      const policy = { Version: '2012-10-17', Statement: queue.resourcePolicy };
      return {
        ApproximateNumberOfMessages: String(store.count('available')),
        ApproximateNumberOfMessagesNotVisible: String(store.count('in flight')),
        ApproximateNumberOfMessagesDelayed: String(store.count('delayed')),
        CreatedTimestamp: createdSeconds,
        LastModifiedTimestamp: createdSeconds,
        QueueArn: arn,
        ...settingAttributes(settings),
        ...(queue.resourcePolicy.length > 0 && { Policy: JSON.stringify(policy) }),
      };
    },
    get available() {
      return store.available.size;
    },
    onAvailable(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    deadLetter(receiptHandle) {
      const entry = byHandle(receiptHandle);
      if (entry) deadLetter(entry);
      return queue.deadLetterQueue !== undefined;
    },
    accept: (message) => store.add(message, 0),
    drain() {
      store.forgetExpired();
      const taken = [...store.available];
      for (const entry of taken) store.remove(entry);
      return taken.map(({ message }) => message);
    },
    peek() {
      store.forgetExpired();
      return store.entries().map(({ message, state, visibleAtMs }) => ({ message, state, visibleAtMs }));
    },
    hiddenUntil(messageId) {
      const entry = store.get(messageId);
      return entry && entry.state !== 'available' ? entry.visibleAtMs : undefined;
    },
    reveal(messageId) {
      const entry = store.get(messageId);
      if (entry) store.show(entry);
      return entry !== undefined;
    },
    discard(messageId) {
      const entry = store.get(messageId);
      if (entry) store.remove(entry);
      return entry !== undefined;
    },
    reset() {
      store.clear();
      purgedMs = Number.NEGATIVE_INFINITY;
    },
  };
  return queue;
}
