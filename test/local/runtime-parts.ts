// The real inner parts of the runtime around a hand-made stack, for tests of one service: clock, gate, queues, meter.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { activity } from '../../local/activity.ts';
import { AnswerLost, AwsError } from '../../local/aws/aws-error.ts';
import type { Service } from '../../local/aws/service.ts';
import { createCalls } from '../../local/calls.ts';
import { movableClock } from '../../local/clock.ts';
import { createGate } from '../../local/create-gate.ts';
import { createFaults } from '../../local/faults.ts';
import type { Principal, Statement } from '../../local/iam/principal.ts';
import { meter } from '../../local/meter.ts';
import type { MessageAttributes } from '../../local/sqs/message.ts';
import { createQueues } from '../../local/sqs/queues.ts';
import type { Functions, Resource, Stack } from '../../local/stack.ts';
import { stackOf } from './hand-made-stack.ts';

export type Parts = ReturnType<typeof runtimeParts>;

export const ACCOUNT = '000000000000';
export const OPERATOR: Principal = {
  name: 'operator',
  arn: `arn:aws:iam::${ACCOUNT}:user/operator`,
  statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

export function runtimeParts(...resources: Resource[]) {
  const stack: Stack = stackOf(...resources);
  const works = activity();
  const clock = movableClock(works);
  const calls = createCalls();
  const faults = createFaults();
  const gate = createGate({ faults, calls, clock });
  const queues = createQueues(stack, { clock });
  const logged: string[] = [];
  /** What functions were invoked with; a test may make them fail. */
  const invoked: { functionArn: string; event: any }[] = [];
  /** What was put on queues and when; unlike the queues it forgets nothing when their retention is over. */
  const sent: { queueArn: string; body: string; at: string }[] = [];
  const functions: Functions = {
    async invoke(functionArn, event) {
      invoked.push({ functionArn, event });
      return { ok: true, payload: null, durationMs: 1 };
    },
  };
  return {
    stack,
    activity: works,
    clock,
    calls,
    faults,
    gate,
    meter: meter(),
    queues,
    functions,
    invoked,
    sent,
    logged,
    log: (line: string) => void logged.push(line),
    async sendToQueue(queueArn: string, body: string, attributes: MessageAttributes) {
      const queue = queues.byArn(queueArn);
      if (!queue) throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
      queue.send({ body, attributes, senderId: 'test' });
      sent.push({ queueArn, body, at: new Date(clock.now()).toISOString() });
    },
    queuePolicy: (queueArn: string) => queues.byArn(queueArn)?.resourcePolicy ?? [],
    /** What a queue holds, oldest first. */
    messages: (name: string) =>
      queues
        .byName(name)!
        .peek()
        .map(({ message }) => message),
    /** Unix milliseconds from a date string. */
    setTime: async (iso: string) => clock.advance((Date.parse(iso) - clock.now()) / 1000),
  };
}

/** A queue's resource, with its policy when statements are given. */
export function queue(name: string, ...policy: Statement[]): Resource[] {
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  const ref = `http://127.0.0.1:4566/${ACCOUNT}/${name}`;
  const resource = (
    logicalId: string,
    type: string,
    properties: unknown,
    attributes: Record<string, string>,
  ): Resource => ({
    logicalId,
    type,
    ref,
    properties,
    attributes,
  });
  const own = resource(`${name}Queue`, 'AWS::SQS::Queue', {}, { Arn: arn, QueueName: name });
  if (policy.length === 0) return [own];
  const document = { PolicyDocument: { Statement: policy }, Queues: [ref] };
  return [own, resource(`${name}Policy`, 'AWS::SQS::QueuePolicy', document, {})];
}

export function role(name: string, trust: Statement[], statements: Statement[]): Resource {
  return {
    logicalId: name,
    type: 'AWS::IAM::Role',
    ref: name,
    attributes: { Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` },
    properties: {
      AssumeRolePolicyDocument: { Statement: trust },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
    },
  };
}

/** Serves one service over HTTP without signatures: every call is `who`'s. */
export async function serve(service: Service, { gate }: Pick<Parts, 'gate'>, who: Principal = OPERATOR) {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const request = {
      method: incoming.method ?? 'GET',
      path: (incoming.url ?? '/').split('?')[0]!,
      query: url.searchParams,
      headers: incoming.headers as Record<string, string | undefined>,
      body: Buffer.concat(chunks),
    };
    const answer = async () => {
      try {
        const { name, permissions, run } = service.decode(request, who);
        const result = await gate.call({ who, service: service.name, operation: name, permissions, run });
        return service.encode(name, result, request);
      } catch (error) {
        if (error instanceof AwsError) return service.encodeError(error, request);
        if (error instanceof AnswerLost) return undefined;
        return { status: 500, body: String((error as Error).stack) };
      }
    };
    const response = await answer();
    if (!response) return void incoming.socket.destroy();
    outgoing.writeHead(response.status, response.headers).end(response.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    region: 'us-east-1',
    maxAttempts: 1,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
