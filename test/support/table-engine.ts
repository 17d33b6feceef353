// The stack's table on a real engine with the functions' own access code, for tests: the table as it is synthesized.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { App, Stack as CdkStack, RemovalPolicy } from 'aws-cdk-lib';
import { type Table, tableOn } from '../../lambdas/aws/clients.ts';
import { deliveryState } from '../../lambdas/aws/delivery/delivery-state.ts';
import { fanoutProgress } from '../../lambdas/aws/delivery/fanout-progress.ts';
import { rateSlots } from '../../lambdas/aws/delivery/rate-slots.ts';
import { broadcasts } from '../../lambdas/aws/inbox/broadcasts.ts';
import { claims } from '../../lambdas/aws/inbox/claims.ts';
import { history } from '../../lambdas/aws/inbox/history.ts';
import { inbox } from '../../lambdas/aws/inbox/inbox.ts';
import { readMarks } from '../../lambdas/aws/inbox/read-marks.ts';
import { userStates } from '../../lambdas/aws/inbox/user-states.ts';
import { rateLimits } from '../../lambdas/aws/model/rate-limits.ts';
import { recipients } from '../../lambdas/aws/model/recipients.ts';
import { devices } from '../../lambdas/aws/push/devices.ts';
import { bulkRequests } from '../../lambdas/aws/schedule/bulk-requests.ts';
import { digests } from '../../lambdas/aws/schedule/digests.ts';
import { dueRequests } from '../../lambdas/aws/schedule/due-requests.ts';
import { requests } from '../../lambdas/aws/schedule/requests.ts';
import { audience } from '../../lambdas/aws/sockets/audience.ts';
import { connections } from '../../lambdas/aws/sockets/connections.ts';
import { logouts } from '../../lambdas/aws/sockets/logouts.ts';
import { subscriptions } from '../../lambdas/aws/sockets/subscriptions.ts';
import { tickets } from '../../lambdas/aws/sockets/tickets.ts';
import type { Clock } from '../../lambdas/domain/model/ports.ts';
import { Storage } from '../../lib/storage.ts';
import { loadStack } from '../../local/template/load-stack.ts';
import { startAwsSide } from '../local/aws-side.ts';

export type TableEngine = Awaited<ReturnType<typeof startTableEngine>>;

/** `metered`: through the runtime's AWS port, which bills as AWS would; else straight to the engine. */
export async function startTableEngine({ metered = false, engineKind }: { metered?: boolean; engineKind?: string }) {
  const side = await startAwsSide(synthesizedTable(), { ...(engineKind !== undefined && { engineKind }) });
  const clients: DynamoDBClient[] = [];
  const tableAt = (endpoint: string): Table => {
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: side.credentials.operator });
    clients.push(client);
    return tableOn(client, tableName());
  };
  const direct = tableAt(side.engine.endpoint);
  return {
    side,
    /** As the functions have it. */
    table: metered ? tableAt(side.endpoint) : direct,
    /** Past the meter, to fill it fast. */
    direct,
    async close() {
      for (const client of clients) client.destroy();
      await side.close();
    },
  };
}

/** Every port that is the table's. */
export function tablePorts(table: Table, clock: Clock) {
  return {
    recipients: recipients(table, clock),
    rateLimits: rateLimits(table),
    requests: requests(table),
    bulk: bulkRequests(table),
    digests: digests(table, clock),
    dueRequests: dueRequests(table),
    connections: connections(table, clock),
    subscriptions: subscriptions(table, clock),
    audience: audience(table, clock),
    tickets: tickets(table),
    logouts: logouts(table),
    inbox: inbox(table, clock),
    broadcasts: broadcasts(table, clock),
    claims: claims(table),
    history: history(table, clock),
    readMarks: readMarks(table),
    userStates: userStates(table, clock),
    fanoutProgress: fanoutProgress(table),
    devices: devices(table, clock),
    deliveryState: deliveryState(table),
    rateSlots: rateSlots(table, clock),
  };
}

let synthesized: ReturnType<typeof loadStack> | undefined;

/** The table as it is deployed: no second definition to keep in step. */
function synthesizedTable() {
  if (synthesized) return synthesized;
  const app = new App();
  const stack = new CdkStack(app, 'InboxTable');
  new Storage(stack, 'Storage', { removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false });
  const { template } = app.synth().getStackByName('InboxTable');
  synthesized = loadStack({ template, stackName: 'InboxTable', accountId: '000000000000', region: 'us-east-1' });
  return synthesized;
}

function tableName(): string {
  return synthesizedTable().ofType('AWS::DynamoDB::GlobalTable')[0]!.ref;
}
