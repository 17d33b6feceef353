// The five functions, and what each may do: exactly the calls it makes.
import { Duration, Lazy, type RemovalPolicy } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type {
  AuthorizeEnvironment,
  DispatchEnvironment,
  FanoutEnvironment,
  InboxEnvironment,
  SocketEnvironment,
} from '../lambdas/environment.ts';
import type { InboxRules } from '../protocol/inbox-rules.ts';
import type { ServiceLimits } from '../protocol/service-limits.ts';
import type { MaxConcurrency, MemorySizeMb } from './function-maximums.ts';
import { consume, grantIndex, grantRows, grantScan, grantSockets } from './grants.ts';
import type { Identity } from './identity.ts';
import { DISPATCH_TIMEOUT, FANOUT_TIMEOUT, type Intake, MAX_RECEIVES } from './intake.ts';
import { type Push, pushOff } from './push.ts';
import { ROWS } from './rows.ts';
import type { Schedules } from './schedules.ts';
import { serviceFunction } from './service-function.ts';
import { type WebPush, webPushOff } from './web-push.ts';

export interface FunctionsProps {
  table: TableV2;
  intake: Intake;
  identity: Identity;
  schedules: Schedules;
  push: Push | undefined;
  webPush: WebPush | undefined;
  webSocketStage: WebSocketStage;
  allowedOrigins: readonly string[];
  acceptUntypedTokens: boolean;
  acceptTokensInUrls: boolean;
  retentionDays: number;
  postsPerSecond: number;
  maxConcurrency: Required<MaxConcurrency>;
  memorySizeMb: MemorySizeMb;
  tracing: boolean;
  limits: ServiceLimits;
  inboxRules: InboxRules;
  removalPolicy: RemovalPolicy;
}

/** Our choice: they wait for the table most of their time, and memory is paid for while they wait. */
const WAITING_MEMORY_MB = 256;
/** One vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const FANOUT_MEMORY_MB = 1_769;

export class Functions extends Construct {
  readonly authorize: LambdaFunction;
  readonly socket: LambdaFunction;
  readonly inbox: LambdaFunction;
  readonly dispatch: LambdaFunction;
  readonly fanout: LambdaFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { table, intake, identity, schedules, push, webPush, webSocketStage: stage, removalPolicy } = props;
    const { maxConcurrency, memorySizeMb, tracing } = props;
    const shared = { TABLE_NAME: table.tableName };
    const tokenRules = { ACCEPT_UNTYPED_TOKENS: String(props.acceptUntypedTokens) };
    const callback = { CALLBACK_URL: stage.callbackUrl };
    const limited = { LIMITS: JSON.stringify(props.limits) };
    const inboxRules = { INBOX_RULES: JSON.stringify(props.inboxRules) };

    this.authorize = serviceFunction<AuthorizeEnvironment>(this, 'authorize', {
      description: 'Decides who may open a socket',
      environment: {
        ...shared,
        ISSUER: identity.issuer,
        ...tokenRules,
        ...inboxRules,
        ACCEPT_TOKENS_IN_URLS: String(props.acceptTokensInUrls),
        AUDIENCE: identity.audiences.join(','),
        ALLOWED_ORIGINS: props.allowedOrigins.join(','),
      },
      memorySizeMb: memorySizeMb.authorize ?? WAITING_MEMORY_MB,
      tracing,
      removalPolicy,
    });
    grantRows(table, this.authorize, ROWS.authorize);

    this.socket = serviceFunction<SocketEnvironment>(this, 'socket', {
      description: 'Sockets opening and closing, and the frames clients send',
      environment: {
        ...shared,
        ...callback,
        ...limited,
        DISPATCH_QUEUE_URL: intake.dispatchQueue.queueUrl,
      },
      timeout: Duration.seconds(29),
      memorySizeMb: memorySizeMb.socket ?? WAITING_MEMORY_MB,
      tracing,
      removalPolicy,
    });
    grantRows(table, this.socket, ROWS.socket);
    grantIndex(this.socket, table);
    grantSockets(this.socket, stage, 'POST');
    grantSockets(this.socket, stage, 'DELETE');
    intake.dispatchQueue.grant(this.socket, 'sqs:SendMessage');

    this.inbox = serviceFunction<InboxEnvironment>(this, 'inbox', {
      description: 'The REST API',
      environment: {
        ...shared,
        ...callback,
        ...limited,
        ...(push?.environment ?? pushOff),
        ...(webPush?.environment ?? webPushOff),
        ...tokenRules,
        ...inboxRules,
        WEBSOCKET_URL: stage.url,
        EVENT_BUS_NAME: intake.bus.eventBusName,
        DISPATCH_QUEUE_URL: intake.dispatchQueue.queueUrl,
        RETENTION_DAYS: String(props.retentionDays),
        // Read at synthesis, because `notifyOn` may be called later.
        MAPPED_DETAIL_TYPES: Lazy.string({ produce: () => JSON.stringify(intake.known.mappedTypes) }),
        POSTS_PER_SECOND: String(props.postsPerSecond),
      },
      memorySizeMb: memorySizeMb.inbox,
      tracing,
      removalPolicy,
    });
    grantRows(table, this.inbox, ROWS.inbox);
    grantScan(this.inbox, table);
    grantIndex(this.inbox, table);
    grantSockets(this.inbox, stage, 'POST');
    grantSockets(this.inbox, stage, 'DELETE');
    intake.bus.grantPutEventsTo(this.inbox);
    intake.dispatchQueue.grant(this.inbox, 'sqs:SendMessage');
    push?.grantRegister(this.inbox);
    webPush?.grantRead(this.inbox);

    this.dispatch = serviceFunction<DispatchEnvironment>(this, 'dispatch', {
      description: 'Stores notifications and delivers them',
      environment: {
        ...shared,
        ...callback,
        ...limited,
        ...inboxRules,
        DISPATCH_QUEUE_URL: intake.dispatchQueue.queueUrl,
        REJECTED_QUEUE_URL: intake.rejectedQueue.queueUrl,
        FANOUT_QUEUE_URL: intake.fanoutQueue.queueUrl,
        DEAD_LETTER_QUEUE_URL: intake.deadLetterQueue.queueUrl,
        MAX_RECEIVES: String(MAX_RECEIVES),
        ...schedules.environment,
        ...(push?.environment ?? pushOff),
        ...(webPush?.environment ?? webPushOff),
        RETENTION_DAYS: String(props.retentionDays),
      },
      timeout: DISPATCH_TIMEOUT,
      memorySizeMb: memorySizeMb.dispatch,
      tracing,
      removalPolicy,
    });
    grantRows(table, this.dispatch, ROWS.dispatch);
    grantIndex(this.dispatch, table);
    grantSockets(this.dispatch, stage, 'POST');
    grantSockets(this.dispatch, stage, 'DELETE');
    schedules.grant(this.dispatch, 'scheduler:CreateSchedule', 'scheduler:DeleteSchedule');
    push?.grantPush(this.dispatch);
    webPush?.grantRead(this.dispatch);
    const { dispatchQueue, rejectedQueue, fanoutQueue, deadLetterQueue } = intake;
    for (const queue of [dispatchQueue, rejectedQueue, fanoutQueue, deadLetterQueue]) {
      queue.grant(this.dispatch, 'sqs:SendMessage');
    }
    intake.dispatchQueue.grant(this.dispatch, 'sqs:ChangeMessageVisibility');
    consume(this.dispatch, intake.dispatchQueue, { batchSize: 10, maxConcurrency: maxConcurrency.dispatch });

    this.fanout = serviceFunction<FanoutEnvironment>(this, 'fanout', {
      description: 'Serves the subscribers of a topic',
      environment: {
        ...shared,
        ...callback,
        FANOUT_QUEUE_URL: fanoutQueue.queueUrl,
        DEAD_LETTER_QUEUE_URL: intake.fanoutDeadLetterQueue.queueUrl,
        MAX_RECEIVES: String(MAX_RECEIVES),
        POSTS_PER_SECOND: String(props.postsPerSecond / maxConcurrency.fanout),
      },
      timeout: FANOUT_TIMEOUT,
      memorySizeMb: memorySizeMb.fanout ?? FANOUT_MEMORY_MB,
      tracing,
      removalPolicy,
    });
    grantRows(table, this.fanout, ROWS.fanout);
    grantSockets(this.fanout, stage, 'POST');
    fanoutQueue.grant(this.fanout, 'sqs:SendMessage', 'sqs:ChangeMessageVisibility');
    intake.fanoutDeadLetterQueue.grant(this.fanout, 'sqs:SendMessage');
    consume(this.fanout, fanoutQueue, { batchSize: 1, maxConcurrency: maxConcurrency.fanout });
  }
}
