// The construct teams import: real-time notifications, complete.
import { RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  type DomainEvent,
  domainEventRule,
  type EventPath,
  type EventSource,
  notificationDetail,
} from './domain-event.ts';
import { Functions } from './functions.ts';
import { Identity } from './identity.ts';
import { InboxApi } from './inbox-api.ts';
import { Intake } from './intake.ts';
import { Push, type PushApplications } from './push.ts';
import { Schedules } from './schedules.ts';
import { Storage } from './storage.ts';
import { WebSocketApi } from './websocket-api.ts';

export interface NotificationServiceProps {
  /** Origins whose pages may open sockets and call the API. Default: any. */
  allowedOrigins?: string[];
  /** Your OIDC issuer, with `audience`. Default: a Cognito user pool of the stack's own. */
  issuer?: string;
  /** The client ids or audiences to accept, separated by commas. */
  audience?: string;
  /** How long a notification is kept. Default: 90 days. */
  retentionDays?: number;
  /**
   * Frames a second to everyone and to topics: this stack's share of the account's 10,000 requests a second (AWS limit), which it
   * shares with every other call of API Gateway. Default: 5,000.
   */
  postsPerSecond?: number;
  /** Access logs of the WebSocket API. They need the account's CloudWatch role for API Gateway. Default: none. */
  webSocketAccessLogs?: boolean;
  /** SNS platform applications of your app; without them push is off. */
  pushApplications?: PushApplications;
  /** What happens to stored data when it leaves the stack. Default: it is kept. */
  removalPolicy?: RemovalPolicy;
}

export class NotificationService extends Construct {
  readonly intake: Intake;
  readonly storage: Storage;
  readonly identity: Identity;
  readonly webSocketApi: WebSocketApi;
  readonly inboxApi: InboxApi;
  readonly schedules: Schedules;
  /** Absent where no platform application is named. */
  readonly push?: Push;
  readonly functions: Functions;

  constructor(scope: Construct, id: string, props: NotificationServiceProps = {}) {
    super(scope, id);
    const { allowedOrigins = [], issuer, audience, retentionDays = 90, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < 1)
      throw new Error('retentionDays must be a whole number of days, at least 1.');
    for (const origin of allowedOrigins) {
      if (!/^https?:\/\/[^/,*\s]+(:\*)?$/.test(origin))
        throw new Error(
          `allowedOrigins: "${origin}" is no origin. Write it as https://app.example.com, without a path.`,
        );
    }

    const { postsPerSecond = 5_000 } = props;
    if (!Number.isInteger(postsPerSecond) || postsPerSecond < 10)
      throw new Error('postsPerSecond must be a whole number, at least 10.');

    this.storage = new Storage(this, 'Storage', { removalPolicy });
    this.intake = new Intake(this, 'Intake', { removalPolicy });
    this.identity = new Identity(this, 'Identity', { issuer, audience, allowedOrigins, removalPolicy });
    this.webSocketApi = new WebSocketApi(this, 'WebSocket', {
      accessLogs: props.webSocketAccessLogs ?? false,
      removalPolicy,
    });
    this.inboxApi = new InboxApi(this, 'Http', {
      issuer: this.identity.issuer,
      audience: this.identity.audience,
      allowedOrigins,
      removalPolicy,
    });
    this.schedules = new Schedules(this, 'Schedules', { intake: this.intake, removalPolicy });
    const { pushApplications = {} } = props;
    if (Object.keys(pushApplications).length > 0) {
      this.push = new Push(this, 'Push', { applications: pushApplications, intake: this.intake, removalPolicy });
    }
    this.functions = new Functions(this, 'Functions', {
      table: this.storage.table,
      intake: this.intake,
      identity: this.identity,
      schedules: this.schedules,
      push: this.push,
      webSocketStage: this.webSocketApi.stage,
      allowedOrigins,
      retentionDays,
      postsPerSecond,
      removalPolicy,
    });
    this.webSocketApi.connect(this.functions);
    this.inboxApi.serve(this.functions.inbox);
  }

  get bus(): EventBus {
    return this.intake.bus;
  }

  get httpApi(): HttpApi {
    return this.inboxApi.api;
  }

  /** Every such event becomes a notification; a new upstream event is one call of this. */
  notifyOn(id: string, { notification, ...event }: DomainEvent): Rule {
    const detail = notificationDetail(notification);
    return domainEventRule(this, id, this.intake, event, { detailType: 'notification.requested', detail });
  }

  /** Every such event closes all sockets of the user it names. */
  logOutOn(id: string, { userId, ...event }: EventSource & { userId: EventPath }): Rule {
    const detail = { user_id: userId };
    return domainEventRule(this, id, this.intake, event, { detailType: 'user.logged_out', detail });
  }

  /** Lets a producer put events on the bus. */
  grantSend(producer: IGrantable): Grant {
    return this.bus.grantPutEventsTo(producer);
  }
}
