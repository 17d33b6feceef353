// What the content of an AWS call says in the words of the protocol: the items it stores, the messages it sends, its
// frame.
import type { DynamoDbRequest, Item } from '../aws/dynamodb-request.ts';
import type { ObservedCall } from './taps.ts';

export interface StoredItem {
  id: string;
  title: string;
  text: string;
  /** `last_error` of the row. */
  withheld: string | undefined;
}

const ENDS_IN_UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Notifications among the items of a write: on the table, names are those of the protocol, and the key ends in the id.
 */
export function storedItems({ service, operation, input }: ObservedCall): StoredItem[] {
  if (service !== 'dynamodb') return [];
  return itemsOf(operation, input).flatMap((item) => {
    if (item.notification_type?.S === undefined || item.title?.S === undefined) return [];
    // The sort key first: the id of a user may be a UUID too.
    const values = [item.sk, ...Object.values(item)].map((value) => value?.S ?? '');
    const id = values.map((value) => ENDS_IN_UUID.exec(value)?.[0]).find((found) => found !== undefined);
    return id === undefined
      ? []
      : [{ id, title: String(item.title.S), text: JSON.stringify(item), withheld: item.last_error?.S }];
  });
}

/** Requests that are gathered for one notification: a write of their ids and of the newest of them. */
export const isDigestEntry = ({ service, operation, input }: ObservedCall): boolean =>
  service === 'dynamodb' &&
  itemsOf(operation, input).some(({ ids, newest }) => ids !== undefined && newest !== undefined);

function itemsOf(operation: string, input: DynamoDbRequest): Item[] {
  if (operation === 'PutItem') return [input.Item ?? {}];
  if (operation === 'BatchWriteItem') {
    const parts = Object.values(input.RequestItems ?? {});
    return parts.flatMap((part) => (Array.isArray(part) ? part.map((write) => write?.PutRequest?.Item ?? {}) : []));
  }
  if (operation === 'TransactWriteItems') return (input.TransactItems ?? []).map((write) => write?.Put?.Item ?? {});
  return [];
}

export interface SentMessage {
  messageId: string;
  queueUrl: string;
  body: string;
  delaySeconds: number;
  attributes: Record<string, string>;
}

/** SendMessage's request, and an entry of SendMessageBatch. */
interface SentEntry {
  Id?: string;
  MessageBody?: string;
  DelaySeconds?: number;
  MessageAttributes?: Record<string, { StringValue?: string }>;
}

export function sentMessages({ service, operation, input, result }: ObservedCall): SentMessage[] {
  if (service !== 'sqs' || !result) return [];
  const read = (entry: SentEntry, messageId: string): SentMessage => ({
    messageId,
    queueUrl: String(input.QueueUrl),
    body: String(entry.MessageBody),
    delaySeconds: Number(entry.DelaySeconds ?? 0),
    attributes: Object.fromEntries(
      Object.entries(entry.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  });
  if (operation === 'SendMessage') return [read(input, String(result.MessageId))];
  if (operation !== 'SendMessageBatch') return [];
  const { Successful = [] }: { Successful?: { Id: string; MessageId: string }[] } = result;
  const { Entries = [] }: { Entries?: SentEntry[] } = input;
  const ids = new Map(Successful.map((one) => [one.Id, one.MessageId]));
  return Entries.flatMap((entry) => {
    const messageId = ids.get(entry.Id ?? '');
    return messageId === undefined ? [] : [read(entry, messageId)];
  });
}

export interface PostedFrame {
  connectionId: string;
  text: string;
  type: string;
  unreadCount: number | undefined;
}

export function postedFrame({ service, operation, input }: ObservedCall): PostedFrame | undefined {
  if (service !== 'apigatewaymanagementapi' || operation !== 'PostToConnection') return undefined;
  const text = Buffer.from(input.Data ?? '').toString('utf8');
  const frame = parsed(text);
  return {
    connectionId: String(input.ConnectionId),
    text,
    type: typeof frame?.type === 'string' ? frame.type : 'frame',
    unreadCount: typeof frame?.unread_count === 'number' ? frame.unread_count : undefined,
  };
}

/** undefined where the text is no JSON object: a function may send anything. */
export function parsed(text: string): any {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
