// Routes of the control API that the console uses: the history of events, what waits, queues' messages, the table.
import type { HistoryRow } from '../../protocol/local/history.ts';
import type { QueuedMessage } from '../../protocol/local/live-state.ts';
import { LocalError, type LocalRoutes, TakeOver } from '../control-route.ts';
import type { DynamoDbEngine } from '../dynamodb-engine.ts';
import type { WebSocketApi } from '../gateway/websocket-api.ts';
import { parsed } from '../history/call-content.ts';
import type { History } from '../history/history.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import type { Sns } from '../sns/sns.ts';
import type { Queues } from '../sqs/queues.ts';
import type { StoredMessage } from '../sqs/stored-message.ts';
import type { Stack } from '../stack.ts';
import type { PushService } from '../web-push/push-service.ts';
import { checkEvent } from './check-event.ts';
import { estimateCost } from './estimate-cost.ts';
import type { LiveStream } from './live-stream.ts';
import type { QueueFacts } from './queue-facts.ts';
import { tableBrowser } from './table-browser.ts';
import { waitingItems } from './waiting-items.ts';

export interface ConsoleParts {
  stack: Stack;
  engine: DynamoDbEngine;
  history: History;
  stream: LiveStream;
  queueFacts: QueueFacts[];
  queues: Queues;
  scheduler: Scheduler;
  sockets: WebSocketApi;
  sns: Sns;
  pushService: PushService;
}

/** Our choices. */
const ROWS_SHOWN = 5_000;
const MESSAGES_SHOWN = 200;
const LOGS_SHOWN = 1_000;

export function consoleRoutes(parts: ConsoleParts): LocalRoutes {
  const { history, stream, queueFacts: facts, queues, scheduler, sockets, sns, pushService } = parts;
  const table = tableBrowser(parts);
  const factsOf = (name: string) => {
    const found = facts.find(({ queue }) => queue.name === name);
    if (!found) throw new LocalError(404, `There is no queue ${name}.`);
    return found;
  };
  const queueWith = (messageId: string) => {
    const found = facts.find(({ queue }) => queue.peek().some(({ message }) => message.messageId === messageId));
    if (!found) throw new LocalError(404, `No queue holds the message ${messageId} any more.`);
    return found.queue;
  };
  return {
    /** Server-sent events: `rows` and `state`. */
    'GET /_local/stream': () => new TakeOver(stream.open),
    'GET /_local/history': ({ query }): HistoryRow[] => history.rows(limitOf(query, ROWS_SHOWN)),
    'GET /_local/history/': ({ rest }) => {
      const detail = history.detail(rest);
      if (!detail) throw new LocalError(404, `The event ${rest} is not known, or is too long ago.`);
      return detail;
    },
    'GET /_local/logs': ({ query }) => history.logs(limitOf(query, LOGS_SHOWN)),
    'GET /_local/waiting': () => waitingItems({ history, scheduler, queues: facts }),
    /** Says everything that is wrong with an event before it is sent. */
    'POST /_local/check': ({ body }) => {
      const detailJson = String(body.detail_json);
      const cost = estimateCost(detailJson, history);
      return { ...checkEvent(String(body.detail_type), detailJson), cost };
    },
    'GET /_local/queues/': ({ rest }): QueuedMessage[] => {
      const { queue } = factsOf(rest);
      const shown = queue.peek().slice(-MESSAGES_SHOWN).reverse();
      return shown.map(({ message, state }) => queued(message, state, parts));
    },
    /** Sends the messages of a dead-letter queue back to where they came from. */
    'POST /_local/redrive': ({ body }) => {
      const { queue } = factsOf(String(body.queue));
      const source = queues.all.find(({ deadLetterQueue }) => deadLetterQueue === queue);
      if (!source) throw new LocalError(409, `${queue.name} is no dead-letter queue of another queue.`);
      // Messages that a function put here itself have no source on record, so the destination is named.
      queues.moves.start({ SourceArn: queue.arn, DestinationArn: source.arn });
      const [task] = queues.moves.list(queue.arn, 1);
      return { moved: task?.ApproximateNumberOfMessagesMoved ?? 0, to: source.name };
    },
    'POST /_local/messages/': ({ rest, body }) => {
      if (body.visible !== true) throw new LocalError(400, 'visible must be true: the message is received at once.');
      return { visible: queueWith(rest).reveal(rest) };
    },
    'DELETE /_local/messages/': ({ rest }) => ({ deleted: queueWith(rest).discard(rest) }),
    /** Closes with a close frame, as a tab that is closed does. */
    'POST /_local/connections/': ({ rest, body }) => {
      if (body.close !== true) throw new LocalError(400, 'close must be true: that is all this route does.');
      if (!sockets.connections.disconnect(rest)) throw new LocalError(404, `There is no open connection ${rest}.`);
      return { closed: rest };
    },
    /** The phones with what they received, and the event that led to it. */
    'GET /_local/phones': () =>
      [...sns.phones.list(), ...pushService.list()].map((phone) => ({
        ...phone,
        messages: phone.messages.map((message) => ({
          ...message,
          event_id: history.eventOf(`push ${message.message_id}`)?.id ?? null,
        })),
      })),
    /** Topics that open sockets subscribe to. */
    'GET /_local/topics': () => {
      const open = new Set(sockets.connections.list().map(({ connectionId }) => connectionId));
      return table.topics((connectionId) => open.has(connectionId));
    },
    /** `?user=`: partitions whose key names the user; `?key=`: the items of one partition. */
    'GET /_local/table': ({ query }) => {
      const key = query.get('key');
      return key === null ? table.partitions(query.get('user') ?? '') : table.items(key);
    },
  };
}

function limitOf(query: URLSearchParams, most: number): number {
  const limit = Number(query.get('limit') ?? most);
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, most);
  throw new LocalError(400, 'limit must be a whole number, at least 1.');
}

function queued(message: StoredMessage, state: string, { history }: ConsoleParts): QueuedMessage {
  const { messageId: id, body, attributes, sentMs, receiveCount } = message;
  const whole = parsed(body);
  const row = history.eventOf(id) ?? history.eventOf(String(whole?.id ?? whole?.event?.id ?? ''));
  const attribute = (name: string) => attributes[name]?.StringValue ?? null;
  const reason = attribute('reason') ?? attribute('ERROR_MESSAGE');
  return {
    id,
    body,
    state,
    sent_ms: sentMs,
    receive_count: receiveCount,
    event_id: row?.id ?? null,
    reason: reason ?? row?.rejection?.reason ?? null,
    field: attribute('field') ?? row?.rejection?.field ?? null,
  };
}
