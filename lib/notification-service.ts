// The construct teams import: real-time notifications, complete.
import { Lazy, RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IAlarmAction, IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { checkedOrigins } from './allowed-origins.ts';
import { Archive } from './archive.ts';
import { checkAtSynthesis } from './deploy-rules/deploy-rules-plugin.ts';
import {
  type DomainEvent,
  domainEventRule,
  type EventPath,
  type EventSource,
  notificationDetail,
} from './domain-event.ts';
import { checkedMaxConcurrency, checkedMemorySizeMb } from './function-maximums.ts';
import { Functions } from './functions.ts';
import { Identity } from './identity.ts';
import { InboxApi } from './inbox-api.ts';
import { checkedInboxRules } from './inbox-rules.ts';
import { Intake } from './intake.ts';
import { checkedLimits } from './limits.ts';
import { Monitoring, RUNBOOKS } from './monitoring.ts';
import type { NotificationServiceProps } from './notification-service-props.ts';
import { Push } from './push.ts';
import { checkedRemovalPolicy } from './removal-policy.ts';
import { Schedules } from './schedules.ts';
import { type CountedMetric, countMetric, latencyMetric } from './service-metrics.ts';
import { Storage } from './storage.ts';
import { checkedThrottle, HTTP_THROTTLE, WEBSOCKET_THROTTLE } from './throttle.ts';
import { WebPush } from './web-push.ts';
import { WebSocketApi } from './websocket-api.ts';

export type { DomainEvent, EventPath, EventSource, NotificationTemplate } from './domain-event.ts';
export type { MaxConcurrency, MemorySizeMb } from './function-maximums.ts';
export type { NotificationServiceProps } from './notification-service-props.ts';
export type { PushApplications } from './push.ts';
export type { CountedMetric } from './service-metrics.ts';
export type { Throttle, Throttles } from './throttle.ts';
export type { WebPushSettings } from './web-push.ts';

/** What a producer may send. */
export interface SendLimits {
  /**
   * The values of `Source` with which the producer may send.
   * @default - any source
   */
  readonly sources?: string[];
  /**
   * The detail types which the producer may send.
   * @default - every detail type but those that log a user out
   */
  readonly detailTypes?: string[];
}

/** Everything that delivers notifications to your users: event bus, APIs, functions, queues and one table. */
export class NotificationService extends Construct {
  /** The event bus and the queues behind it. */
  readonly intake: Intake;
  /** The table. */
  readonly storage: Storage;
  /** Who issues the users' tokens. */
  readonly identity: Identity;
  /** The API where clients open sockets. */
  readonly webSocketApi: WebSocketApi;
  /** The REST API. */
  readonly inboxApi: InboxApi;
  /** What wakes requests that are more than 15 minutes ahead. */
  readonly schedules: Schedules;
  /** Mobile push. Undefined unless `pushApplications` names an application. */
  readonly push?: Push;
  /** Push to browsers. Undefined unless `webPush` is set. */
  readonly webPush?: WebPush;
  /** What is kept for `npm run replay`. Undefined unless `archiveDays` is set. */
  readonly archive?: Archive;
  /** The five functions. */
  readonly functions: Functions;
  /** Alarms, the dashboard and saved queries over the logs. */
  readonly monitoring: Monitoring;
  /** Detail types on the service's own bus that log a user out. */
  private readonly logoutTypes: string[] = ['user.logged_out'];

  constructor(scope: Construct, id: string, props: NotificationServiceProps = {}) {
    super(scope, id);
    const { issuer, audience, retentionDays = 90, deletionProtection = false } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < 1)
      throw new Error('retentionDays must be a whole number of days, at least 1.');
    const allowedOrigins = checkedOrigins(props.allowedOrigins ?? []);
    const removalPolicy = checkedRemovalPolicy(props.removalPolicy);
    if (deletionProtection && removalPolicy === RemovalPolicy.DESTROY) {
      throw new Error(
        'deletionProtection keeps what removalPolicy DESTROY (keepData: false) is to delete: choose one.',
      );
    }

    const { postsPerSecond = 5_000 } = props;
    if (!Number.isInteger(postsPerSecond) || postsPerSecond < 10)
      throw new Error('postsPerSecond must be a whole number, at least 10.');

    this.storage = new Storage(this, 'Storage', { removalPolicy, deletionProtection });
    this.intake = new Intake(this, 'Intake', { removalPolicy });
    for (const type of props.otherDetailTypes ?? []) this.intake.known.add(type, undefined);
    this.identity = new Identity(this, 'Identity', {
      issuer,
      audience,
      allowedOrigins,
      removalPolicy,
      deletionProtection,
    });
    this.webSocketApi = new WebSocketApi(this, 'WebSocket', {
      accessLogs: props.webSocketAccessLogs ?? false,
      throttle: checkedThrottle('throttle.webSocket', props.throttle?.webSocket ?? WEBSOCKET_THROTTLE),
      removalPolicy,
    });
    this.inboxApi = new InboxApi(this, 'Http', {
      issuer: this.identity.issuer,
      audiences: this.identity.audiences,
      allowedOrigins,
      throttle: checkedThrottle('throttle.http', props.throttle?.http ?? HTTP_THROTTLE),
      removalPolicy,
    });
    this.schedules = new Schedules(this, 'Schedules', { intake: this.intake });
    const { pushApplications = {} } = props;
    if (Object.keys(pushApplications).length > 0) {
      this.push = new Push(this, 'Push', { applications: pushApplications, intake: this.intake, removalPolicy });
    }
    if (props.webPush) this.webPush = new WebPush(this, 'WebPush', { ...props.webPush, removalPolicy });
    if (props.archiveDays !== undefined) {
      const { archiveDays: days } = props;
      this.archive = new Archive(this, 'Archive', { intake: this.intake, days, removalPolicy });
    }
    this.functions = new Functions(this, 'Functions', {
      table: this.storage.table,
      intake: this.intake,
      identity: this.identity,
      schedules: this.schedules,
      push: this.push,
      webPush: this.webPush,
      webSocketStage: this.webSocketApi.stage,
      allowedOrigins,
      acceptUntypedTokens: props.acceptUntypedTokens ?? false,
      acceptTokensInUrls: props.acceptTokensInUrls ?? false,
      retentionDays,
      postsPerSecond,
      maxConcurrency: checkedMaxConcurrency(props.maxConcurrency, postsPerSecond),
      memorySizeMb: checkedMemorySizeMb(props.memorySizeMb),
      tracing: props.tracing ?? false,
      limits: checkedLimits(props.limits),
      inboxRules: checkedInboxRules(props.organisationInboxes, props.groupField),
      removalPolicy,
    });
    this.webSocketApi.connect(this.functions);
    this.inboxApi.serve(this.functions.inbox);
    this.monitoring = new Monitoring(this, 'Monitoring', {
      functions: this.functions,
      intake: this.intake,
      schedules: this.schedules,
      storage: this.storage,
      webSocketApi: this.webSocketApi,
      hasPush: this.push !== undefined,
      alarmTopic: props.alarmTopic,
      runbookUrl: props.runbookUrl ?? RUNBOOKS,
    });
    checkAtSynthesis(this, {
      throttle: props.throttle !== undefined,
      deletionProtection,
      webSocketAccessLogs: props.webSocketAccessLogs ?? false,
    });
  }

  /** The event bus to which producers send. */
  get bus(): EventBus {
    return this.intake.bus;
  }

  /** The REST API's gateway. */
  get httpApi(): HttpApi {
    return this.inboxApi.api;
  }

  /** Makes a notification of each such event. */
  notifyOn(id: string, { notification, ...event }: DomainEvent): Rule {
    const detail = notificationDetail(notification);
    return domainEventRule(this, id, this.intake, event, { detailType: 'notification.requested', detail });
  }

  /** Closes all sockets of the user whom such an event names. */
  logOutOn(id: string, { userId, ...event }: EventSource & { userId: EventPath }): Rule {
    const detail = { user_id: userId };
    if (event.bus === undefined) this.logoutTypes.push(event.detailType);
    return domainEventRule(this, id, this.intake, event, { detailType: 'user.logged_out', detail });
  }

  /** Allows a producer to put events on the bus: unless `detailTypes` names them, none that log a user out. */
  grantSend(producer: IGrantable, limits: SendLimits = {}): Grant {
    const { sources, detailTypes } = limits;
    const equals = {
      ...(sources && { 'events:source': sources }),
      ...(detailTypes && { 'events:detail-type': detailTypes }),
    };
    return Grant.addToPrincipal({
      grantee: producer,
      actions: ['events:PutEvents'],
      resourceArns: [this.bus.eventBusArn],
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
      conditions: {
        ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
        ...(!detailTypes && {
          // Read at synthesis, because `logOutOn` may be called later.
          StringNotEquals: { 'events:detail-type': Lazy.list({ produce: () => this.logoutTypes }) },
        }),
      },
    });
  }

  /** Allows a back end to issue tickets for any user: `POST /internal/tickets`. */
  grantIssueTickets(backEnd: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: backEnd,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.httpApi.arnForExecuteApi('POST', '/internal/tickets', '$default')],
    });
  }

  /** What every alarm does when it goes off and when it is over, beside notifying `alarmTopic`. */
  addAlarmActions(...actions: IAlarmAction[]): void {
    this.monitoring.addAlarmActions(...actions);
  }

  /** How often something happened in a period, such as `stored` or `rejected`. */
  metric(name: CountedMetric, options?: MetricOptions): IMetric {
    return countMetric(this.functions, name, options);
  }

  /** Milliseconds from the bus accepting an event to the last socket receiving it. The 99th percentile by default. */
  metricDeliveryLatency(options?: MetricOptions): IMetric {
    return latencyMetric(this.functions, options);
  }

  /** How many messages wait in the dispatch queue. */
  metricBacklog(options?: MetricOptions): IMetric {
    return this.intake.dispatchQueue.metricApproximateNumberOfMessagesVisible(options);
  }

  /** How many messages have failed every attempt in `fanout` and wait in its dead-letter queue. */
  metricFanoutDeadLetters(options?: MetricOptions): IMetric {
    return this.intake.fanoutDeadLetterQueue.metricApproximateNumberOfMessagesVisible(options);
  }

  /** How many messages have failed every attempt in `dispatch` and wait in its dead-letter queue. */
  metricDeadLetters(options?: MetricOptions): IMetric {
    return this.intake.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options);
  }
}
