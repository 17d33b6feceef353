// The reader's side of the inbox on the real table, for tests: real engine, real access code; clock and sockets are the test's.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { App, Stack as CdkStack, RemovalPolicy } from 'aws-cdk-lib';
import { broadcasts } from '../../../../lambdas/aws/inbox/broadcasts.ts';
import { history } from '../../../../lambdas/aws/inbox/history.ts';
import { inbox } from '../../../../lambdas/aws/inbox/inbox.ts';
import { readMarks } from '../../../../lambdas/aws/inbox/read-marks.ts';
import { userStates } from '../../../../lambdas/aws/inbox/user-states.ts';
import { rateLimits } from '../../../../lambdas/aws/model/rate-limits.ts';
import { recipients } from '../../../../lambdas/aws/model/recipients.ts';
import { devices } from '../../../../lambdas/aws/push/devices.ts';
import { push } from '../../../../lambdas/aws/push/push.ts';
import { audience } from '../../../../lambdas/aws/sockets/audience.ts';
import { connections } from '../../../../lambdas/aws/sockets/connections.ts';
import { tickets } from '../../../../lambdas/aws/sockets/tickets.ts';
import { notificationId } from '../../../../lambdas/domain/model/notification-id.ts';
import { newNotification } from '../../../../lambdas/domain/model/stored-notification.ts';
import { unreadFloor } from '../../../../lambdas/domain/model/watermark.ts';
import type { InboxAppDeps } from '../../../../lambdas/routes/inbox-app.ts';
import { Storage } from '../../../../lib/storage.ts';
import { loadStack } from '../../../../local/template/load-stack.ts';
import type { ServerFrame } from '../../../../protocol/server-frame.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { startAwsSide } from '../../../local/aws-side.ts';

export type InboxOnEngine = Awaited<ReturnType<typeof inboxOnEngine>>;

const RETENTION_SECONDS = 90 * 24 * 60 * 60;

/** `metered`: through the runtime's AWS port, which bills as AWS would; else straight to the engine. */
export async function inboxOnEngine({ metered = false, engineKind }: { metered?: boolean; engineKind?: string } = {}) {
  const side = await startAwsSide(synthesizedTable(), { ...(engineKind !== undefined && { engineKind }) });
  const clock = { ms: Date.parse('2026-11-21T07:00:00.000Z'), now: () => clock.ms };
  const clients: DynamoDBClient[] = [];
  const tableAt = (endpoint: string) => {
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: side.credentials.operator });
    clients.push(client);
    const marshallOptions = { removeUndefinedValues: true };
    return { client: DynamoDBDocumentClient.from(client, { marshallOptions }), name: tableName() };
  };
  const direct = tableAt(side.engine.endpoint);
  const table = metered ? tableAt(side.endpoint) : direct;
  const posted: { connectionId: string; frame: ServerFrame }[] = [];
  const gone = new Set<string>();
  const counted: Record<string, number> = {};
  const deps = {
    clock,
    log: { info: () => undefined, error: () => undefined },
    metrics: {
      count: (name, amount = 1) => {
        counted[name] = (counted[name] ?? 0) + amount;
      },
      latency: () => undefined,
    },
    sender: {
      async post(connectionId, frame) {
        if (gone.has(connectionId)) return 'gone';
        posted.push({ connectionId, frame });
        return 'sent';
      },
    },
    bus: { put: async () => ({ failed_entry_count: 0, entries: [] }) },
    recipients: recipients(table, clock),
    connections: connections(table, clock),
    inbox: inbox(table, clock),
    broadcasts: broadcasts(table, clock),
    tickets: tickets(table),
    history: history(table, clock),
    readMarks: readMarks(table),
    userStates: userStates(table),
    rateLimits: rateLimits(table),
    audience: audience(table, clock),
    devices: devices(table),
    push: push({ applications: {}, broadcastTopicArn: '' }),
    wsUrl: 'wss://example.test/v1',
  } as Partial<InboxAppDeps> as InboxAppDeps;

  const asRequest = ({ type = 'system', title = 'Title', expiresInSeconds }: ArrivalOptions) => ({
    notification_type: type,
    title,
    message: 'Message',
    priority: 'normal' as const,
    payload: {},
    requires_ack: false,
    store: true,
    ...(expiresInSeconds !== undefined && { expires_at: new Date(clock.ms + expiresInSeconds * 1000).toISOString() }),
  });
  const ttlOf = (request: { expires_at?: string }) =>
    Math.min(
      Math.floor(clock.ms / 1000) + RETENTION_SECONDS,
      request.expires_at ? Math.ceil(Date.parse(request.expires_at) / 1000) : Number.POSITIVE_INFINITY,
    );

  return {
    side,
    /** As the functions have it. */
    table,
    /** Past the meter, to fill it fast. */
    direct,
    deps,
    clock,
    posted,
    gone,
    counted,
    /** As `deliver` files it: never at or below what the user has read or cleared already. */
    async arrive(userId: string, requestId: string, options: ArrivalOptions = {}) {
      const request = asRequest(options);
      const { watermarks, cleared_before: clearedBefore } = await deps.recipients.load(userId, { consistent: true });
      const mark = [unreadFloor(watermarks), clearedBefore].sort().at(-1)!;
      const own = notificationId(clock.ms, requestId, userId);
      const id = own > mark ? own : notificationId(timeOf(mark) + 1, requestId, userId);
      await deps.inbox.put(userId, newNotification(id, request, clock.ms, undefined), ttlOf(request));
      return { id, ...request };
    },
    async broadcast(requestId: string, options: ArrivalOptions & { atMs?: number } = {}) {
      const request = asRequest(options);
      const id = notificationId(options.atMs ?? clock.ms, requestId, EVERYONE);
      await deps.broadcasts.put(newNotification(id, request, clock.ms, undefined), ttlOf(request));
      return { id, ...request };
    },
    async reset() {
      await side.engine.reset();
    },
    async close() {
      for (const client of clients) client.destroy();
      await side.close();
    },
  };
}

export interface ArrivalOptions {
  type?: string;
  title?: string;
  expiresInSeconds?: number;
}

export const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

let synthesized: ReturnType<typeof loadStack> | undefined;

/** The table as it is deployed: no second definition to keep in step. */
function synthesizedTable() {
  if (synthesized) return synthesized;
  const app = new App();
  const stack = new CdkStack(app, 'InboxTable');
  new Storage(stack, 'Storage', { removalPolicy: RemovalPolicy.DESTROY });
  const { template } = app.synth().getStackByName('InboxTable');
  synthesized = loadStack({ template, stackName: 'InboxTable', accountId: '000000000000', region: 'us-east-1' });
  return synthesized;
}

function tableName(): string {
  return synthesizedTable().ofType('AWS::DynamoDB::GlobalTable')[0]!.ref;
}
