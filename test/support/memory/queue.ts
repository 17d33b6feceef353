// A standard SQS queue in memory: delays, visibility, receive counts; messages stay until they are deleted.
import type { ReceivedMessage } from '../../../lambdas/domain/delivery/ports.ts';
import type { Clock } from '../../../lambdas/domain/model/ports.ts';

export interface MemoryMessage {
  id: string;
  body: string;
  attributes: Record<string, string>;
  /** When the queue took it in. */
  sentAtMs: number;
  visibleAtMs: number;
  receiveCount: number;
  /** What the latest receive is called; earlier handles no longer work. */
  handle: string;
}

export interface MemoryQueue {
  send(body: string, options?: { delaySeconds?: number; attributes?: Record<string, string> }): MemoryMessage;
  /** Visible messages, in the order they became visible. */
  receive(maxMessages: number, visibilityMs: number): MemoryMessage[];
  /** False when no message is in flight under this handle. */
  changeVisibility(handle: string, visibilityMs: number): boolean;
  delete(id: string): void;
  get(id: string): MemoryMessage | undefined;
  /** All there are, visible or not, oldest first. */
  all(): MemoryMessage[];
  /** Called after a message came in or was put off. */
  onChange: (message: MemoryMessage) => void;
}

/** AWS limits of one message: its size, its delay, its characters. */
const BODY_MAX_BYTES = 1024 * 1024;
const DELAY_MAX_SECONDS = 900;
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function createQueue(clock: Clock): MemoryQueue {
  const messages = new Map<string, MemoryMessage>();
  let made = 0;
  const queue: MemoryQueue = {
    send(body, { delaySeconds = 0, attributes = {} } = {}) {
      if (Buffer.byteLength(body) > BODY_MAX_BYTES || body === '' || FORBIDDEN.test(body))
        throw new Error('The queue takes no such message: too long, empty, or with characters it refuses.');
      if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > DELAY_MAX_SECONDS)
        throw new Error(`The queue takes no delay of ${delaySeconds} s.`);
      const sentAtMs = clock.now();
      const visibleAtMs = sentAtMs + delaySeconds * 1000;
      const message = { id: `m${++made}`, body, attributes, sentAtMs, visibleAtMs, receiveCount: 0, handle: '' };
      messages.set(message.id, message);
      queue.onChange(message);
      return message;
    },
    receive(maxMessages, visibilityMs) {
      const nowMs = clock.now();
      const visible = [...messages.values()].filter((message) => message.visibleAtMs <= nowMs);
      const taken = visible.sort((a, b) => a.visibleAtMs - b.visibleAtMs).slice(0, maxMessages);
      for (const message of taken) {
        message.receiveCount++;
        message.handle = `${message.id}/${message.receiveCount}`;
        message.visibleAtMs = nowMs + visibilityMs;
      }
      return taken;
    },
    changeVisibility(handle, visibilityMs) {
      const message = messages.get(handle.split('/')[0]!);
      if (message?.handle !== handle) return false;
      message.visibleAtMs = clock.now() + visibilityMs;
      queue.onChange(message);
      return true;
    },
    delete: (id) => void messages.delete(id),
    get: (id) => messages.get(id),
    all: () => [...messages.values()],
    onChange: () => undefined,
  };
  return queue;
}

/** The message as a function gets it, with what its attributes say of earlier times. */
export function received({ id, handle, body, receiveCount, sentAtMs, attributes }: MemoryMessage): ReceivedMessage {
  return {
    id: attributes.message_id ?? id,
    receivedAs: id,
    body,
    handle,
    receiveCount: Number(attributes.receives ?? 0) + receiveCount,
    sentAtMs: Number(attributes.sent_at_ms ?? sentAtMs),
    isRedelivery: receiveCount > 1 || attributes.reason !== undefined || attributes.is_redelivery === 'true',
    putBacks: Number(attributes.put_backs ?? 0),
  };
}
