// The functions' own code against the local runtime's queues, scheduler, bus, SNS and @connections, over HTTP with real
// SDK clients.
import { eventBus } from '../../lambdas/aws/delivery/event-bus.ts';
import { eventQueue } from '../../lambdas/aws/delivery/event-queue.ts';
import { failedMessages } from '../../lambdas/aws/delivery/failed-messages.ts';
import { fanoutQueue } from '../../lambdas/aws/delivery/fanout-queue.ts';
import { rejectedQueue } from '../../lambdas/aws/delivery/rejected-queue.ts';
import { push } from '../../lambdas/aws/push/push.ts';
import { schedules } from '../../lambdas/aws/schedule/schedules.ts';
import { taskQueue } from '../../lambdas/aws/schedule/task-queue.ts';
import { openQueues } from '../../lambdas/aws/send-messages.ts';
import { socketCloser } from '../../lambdas/aws/sockets/close-socket.ts';
import { sender } from '../../lambdas/aws/sockets/sender.ts';
import { connectionsService } from '../../local/aws/connections.ts';
import { createEndpoint } from '../../local/aws/endpoint.ts';
import { eventsService } from '../../local/aws/events.ts';
import { schedulerService } from '../../local/aws/scheduler.ts';
import { snsService } from '../../local/aws/sns.ts';
import { sqsService } from '../../local/aws/sqs.ts';
import { createEventBus } from '../../local/events/event-bus.ts';
import { createCredentials } from '../../local/iam/credentials.ts';
import { createScheduler } from '../../local/scheduler/scheduler.ts';
import { createSns } from '../../local/sns/sns.ts';
import { bus, mayReceive, rule } from '../local/events/bus-parts.ts';
import { gatewayResource, startGateways } from '../local/gateway/gateway-fixture.ts';
import { ACCOUNT, role, runtimeParts } from '../local/runtime-parts.ts';
import { GROUP_ARN, queueArn, trust } from '../local/scheduler/reminder-parts.ts';
import { APNS, FCM, topicArn } from '../local/sns/push-parts.ts';
import { queueResource } from '../local/sqs/queue-parts.ts';
import { servedEndpoint } from './served-endpoint.ts';
import type { QueueName, ServicePorts } from './service-ports.ts';

const REGION = 'us-east-1';
const QUEUES: QueueName[] = ['dispatch', 'fanout', 'rejected', 'deadLetters'];

const resource = (type: string, ref: string, properties: object, attributes: Record<string, string> = {}) => ({
  logicalId: ref.replaceAll(/\W/g, ''),
  type,
  ref,
  properties,
  attributes,
});

export async function localServicePorts(): Promise<ServicePorts> {
  const parts = runtimeParts(
    ...QUEUES.map((name) => queueResource(name)),
    bus(),
    rule('requests', [{ Arn: queueArn('dispatch') }], { EventPattern: { source: [{ prefix: '' }] } }),
    mayReceive('dispatch', 'requests'),
    resource('AWS::Scheduler::ScheduleGroup', 'reminders', { Name: 'reminders' }, { Arn: GROUP_ARN }),
    role(
      'Waker',
      [trust(GROUP_ARN)],
      [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: [queueArn('dispatch')] }],
    ),
    resource('AWS::SNS::Topic', topicArn('everyone'), { TopicName: 'everyone' }),
  );
  const scheduler = createScheduler(parts);
  const sns = createSns(parts, { applications: [{ arn: FCM }, { arn: APNS }] });
  const gateways = await startGateways({
    resources: () => [
      gatewayResource('Api', 'ws', { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }),
      gatewayResource('Stage', 'stage', { ApiId: 'ws', StageName: 'live', AutoDeploy: true }),
    ],
  });
  const { connections, apiId, stageNames } = gateways.sockets;
  const credentials = createCredentials({ accountId: ACCOUNT });
  const awsEndpoint = createEndpoint({
    services: [
      sqsService(parts.queues, parts.meter),
      schedulerService(scheduler, parts.stack),
      snsService(sns, parts.stack),
      eventsService(createEventBus({ ...parts, random: () => 0 }), parts.meter),
      connectionsService({ region: REGION, accountId: ACCOUNT, apiId: apiId!, stageNames, connections }),
    ],
    gate: parts.gate,
    credentials,
    clock: parts.clock,
    region: REGION,
    log: parts.log,
  });
  const { url: endpoint, close: closeEndpoint } = await servedEndpoint(awsEndpoint);
  const restoreEnvironment = setEnvironment({
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.operator.secretAccessKey,
  });
  const queues = openQueues();
  const urlOf = (name: QueueName) => `${endpoint}/${ACCOUNT}/${name}`;
  const queueOf = (name: QueueName) => parts.queues.byName(name)!;

  return {
    deps: {
      tasks: taskQueue(queues, urlOf('dispatch')),
      fanout: fanoutQueue(queues, urlOf('fanout')),
      rejected: rejectedQueue(queues, urlOf('rejected')),
      failedMessages: failedMessages(queues, {
        queueUrl: urlOf('dispatch'),
        deadLetterQueueUrl: urlOf('deadLetters'),
        origin: 'dispatch',
      }),
      schedules: schedules({
        groupName: 'reminders',
        roleArn: `arn:aws:iam::${ACCOUNT}:role/Waker`,
        queueArn: queueArn('dispatch'),
        deadLetterQueueArn: queueArn('deadLetters'),
      }),
      push: push({ applications: { fcm: FCM, apns: APNS }, broadcastTopicArn: topicArn('everyone') }),
      bus: eventBus('shop'),
      fastBus: eventQueue(queues, urlOf('dispatch'), { now: () => parts.clock.now() }),
      sender: sender(`${endpoint}/live`),
      closer: socketCloser(`${endpoint}/live`),
    },
    nowMs: () => parts.clock.now(),
    advance: (seconds) => parts.clock.advance(seconds),
    messages: (queue) =>
      queueOf(queue)
        .peek()
        .map(({ message, state }) => ({
          body: message.body,
          attributes: Object.fromEntries(
            Object.entries(message.attributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
          ),
          isVisible: state === 'available',
        })),
    delete: async (queue, handle) => queueOf(queue).delete(handle),
    receive: async (queue) => (await queueOf(queue).receive({ visibilityTimeoutSeconds: 30 }))[0]!.receiptHandle,
    schedules: () =>
      scheduler.list().map(({ Name, dueMs, Target }) => ({ name: Name, atMs: dueMs!, body: Target.Input! })),
    async openSocket() {
      const { client, closed } = await gateways.connect();
      const frames: string[] = [];
      client.on('message', (data) => frames.push(data.toString()));
      const { connectionId } = connections.list().at(-1)!;
      return {
        id: connectionId,
        async frames() {
          // What was sent before is there once the socket has answered a ping.
          const answered = new Promise((resolve) => client.once('pong', resolve));
          client.ping();
          await answered;
          return frames.map((frame) => JSON.parse(frame));
        },
        isOpen: () => connections.get(connectionId) !== undefined,
        close: () => {
          client.terminate();
          connections.cut(connectionId);
          void closed;
        },
      };
    },
    async pushed(token) {
      await parts.activity.idle();
      const phone = sns.phones.list().find((one) => one.token === token);
      return (phone?.messages ?? []).map(({ payload }) => notificationIdOf(payload));
    },
    uninstall: (token) => void sns.phones.setEnabled(token, false),
    async close() {
      restoreEnvironment();
      queues.destroy();
      await closeEndpoint();
      await gateways.close();
      parts.clock.close();
    },
  };
}

function notificationIdOf(payload: any): string {
  return payload.fcmV1Message?.message.data.notification_id ?? payload.notification_id;
}

/** The functions' clients find the runtime as they do in a function: by their environment. */
function setEnvironment(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
