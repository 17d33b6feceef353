// Reads the table for the console, straight from the engine: nothing is metered and no function is asked.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { LocalError } from '../control-route.ts';
import type { DynamoDbEngine } from '../dynamodb-engine.ts';
import { TABLE_TYPES } from '../dynamodb-tables.ts';
import type { Stack } from '../stack.ts';

export interface TopicSubscribers {
  topic: string;
  sockets: number;
}

export interface Partition {
  key: string;
  items: number;
}

/** Our choices: what a person looks through. */
const SCANNED_ITEMS = 20_000;
const PARTITIONS_SHOWN = 500;
const ITEMS_SHOWN = 200;

export function tableBrowser({ stack, engine }: { stack: Stack; engine: DynamoDbEngine }) {
  const find = () => {
    const [table] = TABLE_TYPES.flatMap((type) => stack.ofType(type));
    if (!table) throw new LocalError(404, 'The template has no table.');
    const keys: { KeyType: string; AttributeName: string }[] = table.properties.KeySchema;
    return { name: table.ref, hash: keys.find(({ KeyType }) => KeyType === 'HASH')!.AttributeName };
  };
  const ask = async (operation: string, input: object): Promise<any> => {
    const { status, body } = await engine.send(operation, JSON.stringify({ TableName: find().name, ...input }));
    if (status !== 200) throw new LocalError(502, `The DynamoDB engine refused ${operation}: ${body}`);
    return JSON.parse(body);
  };
  return {
    /** Keys that contain the text, with how many items each has; the largest scan is bounded. */
    async partitions(text: string): Promise<{ partitions: Partition[]; is_complete: boolean }> {
      const { hash } = find();
      const counts = new Map<string, number>();
      let scanned = 0;
      let from: object | undefined;
      do {
        const page = await ask('Scan', {
          ProjectionExpression: '#key',
          ExpressionAttributeNames: { '#key': hash },
          ...(from && { ExclusiveStartKey: from }),
        });
        for (const item of page.Items ?? []) {
          const key = String(item[hash]?.S ?? item[hash]?.N ?? '');
          if (key.includes(text)) counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        scanned += page.ScannedCount ?? page.Items?.length ?? 0;
        from = page.LastEvaluatedKey;
      } while (from && scanned < SCANNED_ITEMS);
      const all = [...counts].map(([key, items]) => ({ key, items })).sort((a, b) => (a.key < b.key ? -1 : 1));
      return { partitions: all.slice(0, PARTITIONS_SHOWN), is_complete: !from && all.length <= PARTITIONS_SHOWN };
    },
    /** How many open sockets subscribe to each topic, by the rows that a fan-out reads. */
    async topics(isOpen: (connectionId: string) => boolean): Promise<TopicSubscribers[]> {
      const counts = new Map<string, number>();
      let scanned = 0;
      let from: object | undefined;
      do {
        const page = await ask('Scan', {
          FilterExpression: 'begins_with(pk, :topic)',
          ExpressionAttributeValues: { ':topic': { S: 'TOPIC#' } },
          ...(from && { ExclusiveStartKey: from }),
        });
        for (const { pk, sk } of page.Items ?? []) {
          // `TOPIC#{topic}`, or `TOPIC#{topic}#{partition}`; its rows `{hash of the user}#{connection}`.
          const topic = String(pk?.S).split('#')[1] ?? '';
          const connection = String(sk?.S).split('#')[1] ?? '';
          if (isOpen(connection)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
        }
        scanned += page.ScannedCount ?? 0;
        from = page.LastEvaluatedKey;
      } while (from && scanned < SCANNED_ITEMS);
      const all = [...counts].map(([topic, sockets]) => ({ topic, sockets }));
      return all.sort((a, b) => b.sockets - a.sockets || (a.topic < b.topic ? -1 : 1)).slice(0, PARTITIONS_SHOWN);
    },
    async items(key: string): Promise<Record<string, unknown>[]> {
      const page = await ask('Query', {
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': find().hash },
        ExpressionAttributeValues: { ':key': { S: key } },
        Limit: ITEMS_SHOWN,
        ScanIndexForward: false,
      });
      return (page.Items ?? []).map((item: Record<string, AttributeValue>) => plain(item));
    },
  };
}

/** Bytes as their length: what is in them is packed. */
function plain(item: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(unmarshall(item)).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? `${value.length} bytes` : value instanceof Set ? [...value] : value,
    ]),
  );
}
