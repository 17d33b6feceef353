// The whole stack on localhost: the template's resources on the parts that emulate AWS.
import { createServer, type Server } from 'node:http';
import { activity } from './activity.ts';
import type { Assembly } from './assembly.ts';
import { connectionsService } from './aws/connections.ts';
import { dynamodbService } from './aws/dynamodb.ts';
import { createEndpoint } from './aws/endpoint.ts';
import { eventsService } from './aws/events.ts';
import { schedulerService } from './aws/scheduler.ts';
import { secretsManagerService } from './aws/secrets-manager.ts';
import { snsService } from './aws/sns.ts';
import { sqsService } from './aws/sqs.ts';
import { addToBill } from './bill-scope.ts';
import { createCalls } from './calls.ts';
import { movableClock } from './clock.ts';
import { type CloudWatch, createCloudWatch } from './cloudwatch/cloudwatch.ts';
import { liveStream } from './console/live-stream.ts';
import { queueFacts } from './console/queue-facts.ts';
import { liveStateReader } from './console/read-live-state.ts';
import { type ControlApi, controlApi } from './control-api.ts';
import { createGate } from './create-gate.ts';
import type { DynamoDbEngine } from './dynamodb-engine.ts';
import type { IngestionTime } from './events/delivery.ts';
import { createEventBus } from './events/event-bus.ts';
import { examplePages } from './examples/example-pages.ts';
import { createFaults } from './faults.ts';
import { createCallTimes } from './functions/call-times.ts';
import { createEventSources } from './functions/event-source.ts';
import type { LogLine } from './functions/function-logs.ts';
import { createFunctions } from './functions/pool.ts';
import { httpApi } from './gateway/http-api.ts';
import { webSocketApi } from './gateway/websocket-api.ts';
import { createHistory, type History } from './history/history.ts';
import type { HistoryDeps } from './history/history-deps.ts';
import { knownOf } from './history/known-parts.ts';
import { createTraces } from './history/traces.ts';
import { checkPolicies } from './iam/check-policies.ts';
import { createCredentials } from './iam/credentials.ts';
import type { Principal } from './iam/principal.ts';
import { createIssuer } from './issuer.ts';
import { type KeptState, NOTHING_KEPT } from './kept-state.ts';
import { meter } from './meter.ts';
import { listenNear } from './ports.ts';
import { publicServer } from './public-server.ts';
import { pushApplications } from './push-applications.ts';
import { queueUntilReady } from './queue-until-ready.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { createSecrets } from './secrets/secrets.ts';
import { createSns } from './sns/sns.ts';
import { createQueues, type Queues } from './sqs/queues.ts';
import type { Stack } from './stack.ts';
import { loadStack } from './template/load-stack.ts';
import { apiIds, localUrls } from './template/local-urls.ts';
import { checkSupported, type Ignored } from './template/supported.ts';
import { createPushService } from './web-push/push-service.ts';

export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
/**
 * The same at every start, so that a command line printed in a document works: it opens nothing beyond this machine.
 */
const OPERATOR = { accessKeyId: 'LOCALOPERATOR', secretAccessKey: 'local-operator' };

export interface RuntimeOptions {
  assembly: Assembly;
  engine: DynamoDbEngine;
  /** Wanted ports; 0 takes any. A busy one moves up. */
  port: number;
  awsPort: number;
  /** Lines for the person who started it: what failed, what functions print. */
  log: (line: string) => void;
  functionLog?: (line: LogLine) => void;
  /** Functions are loaded when they are first invoked, as on AWS, instead of before the runtime is ready. */
  isLazy?: boolean;
  /** Sandboxes per function. */
  maxWorkers?: number;
  /** Whether there is data of an earlier run: what recurs then begins at once, so that lost wake-ups are made good. */
  isRestart?: boolean;
  /** Messages, schedules and devices of an earlier run, and of this one for the next. */
  kept?: KeptState;
  /** How exact the time is at which the bus accepts an event. */
  ingestionTime?: IngestionTime;
}

export interface Runtime extends ControlApi {
  stack: Stack;
  queues: Queues;
  cloudWatch: CloudWatch;
  ignored: Ignored[];
  /** The principal of a function, its role's statements in it: what changes there counts from the next call on. */
  principalOf(functionName: string): Principal;
  close(): Promise<void>;
}

export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { assembly, engine, log, kept = NOTHING_KEPT } = options;
  const support = checkSupported(assembly.template);
  if (support.problems.length > 0)
    throw new Error(`This template cannot run here:\n- ${support.problems.join('\n- ')}`);

  const server: Server = createServer();
  const letIn = queueUntilReady(server);
  const port = await listenNear(server, options.port);
  // Taken at once as well: another runtime that starts meanwhile must find it busy.
  const awsServer: Server = createServer();
  const letAwsIn = queueUntilReady(awsServer);
  const awsPort = await listenNear(awsServer, options.awsPort);
  const httpBaseUrl = `http://127.0.0.1:${port}`;
  const awsBaseUrl = `http://127.0.0.1:${awsPort}`;
  const stack = loadStack({
    template: assembly.template,
    stackName: assembly.stackName,
    accountId: ACCOUNT_ID,
    region: REGION,
    awsBaseUrl,
    rewrite: localUrls({
      ...apiIds(assembly.template, assembly.stackName),
      httpBaseUrl,
      wsBaseUrl: `ws://127.0.0.1:${port}`,
      awsBaseUrl,
    }),
  });
  checkPolicies(stack);

  const inFlight = activity();
  const [[, aheadMs = 0] = []] = kept.entries<number>('clock');
  const clock = movableClock(inFlight, { aheadMs, onMoved: (ms) => kept.set('clock', 'ahead', ms) });
  const billed = meter(addToBill);
  const calls = createCalls();
  const callTimes = createCallTimes();
  const faults = createFaults();
  const gate = createGate({ faults, calls, clock });
  const credentials = createCredentials({ accountId: ACCOUNT_ID, operator: OPERATOR });
  // Filled in below, once the parts it asks are there: until then nothing happens that it could record.
  let known: Omit<HistoryDeps, 'traces' | 'now'>;
  const history: History = createHistory({
    traces: createTraces(),
    now: clock.now,
    log,
    queue: (reference) => known.queue(reference),
    inboxOf: (connectionId) => known.inboxOf(connectionId),
    phoneOf: (endpointArn) => known.phoneOf(endpointArn),
    scheduleDue: (scheduleArn) => known.scheduleDue(scheduleArn),
  });
  const cloudWatch = createCloudWatch(stack, { clock, log });
  const taps = cloudWatch.taps(history);
  const functions = createFunctions(stack, {
    assemblyDir: assembly.dir,
    awsEndpointUrl: awsBaseUrl,
    credentials,
    gate,
    meter: billed,
    clock,
    activity: inFlight,
    taps,
    callTimes,
    log: (line) => {
      cloudWatch.log(line);
      history.log(line);
      options.functionLog?.(line);
    },
    ...(options.maxWorkers !== undefined && { maxWorkers: options.maxWorkers }),
  });
  const shared = { stack, functions, clock, activity: inFlight, meter: billed, gate, log, taps: history, kept };
  const queues = createQueues(stack, { clock, taps: history, kept, onDelete: cloudWatch.deleted });
  const bus = createEventBus({ ...shared, queues, ingestionTime: options.ingestionTime });
  const sockets = webSocketApi(stack, shared);
  const queueAccess = {
    sendToQueue: async (
      arn: string,
      body: string,
      messageAttributes: Record<string, { DataType: string; StringValue: string }>,
    ) => {
      const { messageId } = queueOf(arn).send({ body, attributes: messageAttributes, senderId: ACCOUNT_ID });
      history.queued(messageId, arn, body);
    },
    queuePolicy: (arn: string) => queues.byArn(arn)?.resourcePolicy ?? [],
  };
  const queueOf = (arn: string) => {
    const queue = queues.byArn(arn);
    if (!queue) throw new Error(`There is no queue ${arn} in the stack.`);
    return queue;
  };
  const scheduler = createScheduler(
    { ...shared, ...queueAccess, dropped: cloudWatch.dropped },
    { recurring: options.isRestart ? 'at_once' : 'after_interval' },
  );
  const sns = createSns({ ...shared, ...queueAccess }, { applications: pushApplications(stack), appleTokens: 'any' });
  const pushService = createPushService({ ...shared, origin: awsBaseUrl });
  const facts = queueFacts(stack, queues);
  known = knownOf({ queues, facts, sockets, sns, scheduler });
  const dynamodb = dynamodbService({ engine, stack, meter: billed, log });
  const events = eventsService(bus, billed);
  const awsEndpoint = createEndpoint({
    services: [
      dynamodb,
      sqsService(queues, billed),
      events,
      schedulerService(scheduler, stack),
      snsService(sns, stack),
      secretsManagerService(createSecrets(stack, kept)),
      connectionsService({
        region: REGION,
        accountId: ACCOUNT_ID,
        apiId: sockets.apiId ?? '',
        stageNames: sockets.stageNames,
        connections: sockets.connections,
      }),
    ],
    gate,
    credentials,
    clock,
    region: REGION,
    log,
    taps,
    callTimes,
    unsigned: pushService.answer,
  });
  const issuer = createIssuer({
    issuerUrl: stack.outputs.Issuer ?? httpBaseUrl,
    clientId: (stack.outputs.Audience ?? '').split(',')[0] ?? '',
    clock,
    faults,
  });
  const sources = createEventSources({
    ...shared,
    queues,
    principalOf: functions.principalOf,
  });
  await engine.createTables(stack);
  awsEndpoint.serve(awsServer);
  letAwsIn();
  await Promise.all([options.isLazy ? undefined : functions.warm(), sources.start()]);

  const about = { history, scheduler, queues: facts, clock, meter: billed, faults, sockets, sns, pushService };
  const stream = liveStream(history, liveStateReader(about));
  const local = controlApi({
    ...shared,
    calls,
    faults,
    queues,
    bus,
    sockets,
    scheduler,
    sns,
    pushService,
    issuer,
    credentials,
    engine,
    history,
    queueFacts: facts,
    cloudWatch,
    stream,
    urls: { http: httpBaseUrl, aws: awsBaseUrl },
    ignored: support.ignored,
  });
  publicServer(server, {
    engine,
    local,
    issuer,
    api: httpApi(stack, { ...shared, credentials, events }),
    sockets,
    aws: awsEndpoint,
    examples: examplePages({ httpUrl: httpBaseUrl, token: (user_id) => issuer.token({ user_id }) }),
  });
  cloudWatch.watch(queues);
  letIn();

  return {
    ...local,
    stack,
    queues,
    cloudWatch,
    ignored: support.ignored,
    principalOf: functions.principalOf,
    async close() {
      sources.stop();
      stream.close();
      sockets.close();
      await closeServer(server);
      clock.close();
      await functions.close();
      await closeServer(awsServer);
      kept.close();
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
