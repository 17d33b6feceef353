// The AWS side of the runtime with the real parts, for tests: engine, gate, endpoint, keys.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { activity } from '../../local/activity.ts';
import { dynamodbService } from '../../local/aws/dynamodb.ts';
import { createEndpoint } from '../../local/aws/endpoint.ts';
import type { Service } from '../../local/aws/service.ts';
import { createCalls } from '../../local/calls.ts';
import { movableClock } from '../../local/clock.ts';
import { createGate } from '../../local/create-gate.ts';
import { startDynamoDbEngine } from '../../local/dynamodb-engine.ts';
import { createFaults } from '../../local/faults.ts';
import { type Credential, createCredentials } from '../../local/iam/credentials.ts';
import type { Principal, Statement } from '../../local/iam/principal.ts';
import { meter } from '../../local/meter.ts';
import type { Stack } from '../../local/stack.ts';
import { servedEndpoint } from '../support/served-endpoint.ts';

export type AwsSide = Awaited<ReturnType<typeof startAwsSide>>;

export async function startAwsSide(
  stack: Stack,
  { engineKind, services = [], log }: { engineKind?: string; services?: Service[]; log?: (line: string) => void } = {},
) {
  const works = activity();
  const clock = movableClock(works);
  const billed = meter();
  const calls = createCalls();
  const faults = createFaults();
  const gate = createGate({ faults, calls, clock });
  const credentials = createCredentials({ accountId: stack.accountId });
  const engine = await startDynamoDbEngine({ environment: { LOCAL_DYNAMODB: engineKind }, log });
  await engine.createTables(stack);
  const dynamodb = dynamodbService({ engine, stack, meter: billed, ...(log && { log }) });
  const logged: string[] = [];
  const awsEndpoint = createEndpoint({
    services: [dynamodb, ...services],
    gate,
    credentials,
    clock,
    region: stack.region,
    log: (line) => logged.push(line),
  });
  const { url: endpoint, close: closeEndpoint } = await servedEndpoint(awsEndpoint);
  const clients: DynamoDBClient[] = [];
  return {
    works,
    clock,
    meter: billed,
    calls,
    faults,
    gate,
    credentials,
    engine,
    endpoint,
    logged,
    /** An SDK client of the operator, or of the keys that are given. */
    dynamodb(keys: Credential = credentials.operator, options: object = {}) {
      const client = new DynamoDBClient({
        endpoint,
        region: 'us-east-1',
        credentials: keys,
        maxAttempts: 1,
        ...options,
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await closeEndpoint();
      await engine.close();
      clock.close();
    },
  };
}

export const functionPrincipal = (name: string, ...statements: Statement[]): Principal => ({
  name,
  arn: `arn:aws:sts::000000000000:assumed-role/${name}-role/${name}`,
  statements,
});
