// The construct teams import: real-time notifications, complete.
import { RemovalPolicy } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { checkedOrigins } from './allowed-origins.ts';
import { checkAtSynthesis } from './deploy-rules/deploy-rules-plugin.ts';
import {
  type DomainEvent,
  domainEventRule,
  type EventPath,
  type EventSource,
  notificationDetail,
} from './domain-event.ts';
import {
  checkedMaxConcurrency,
  checkedMemorySizeMb,
  type MaxConcurrency,
  type MemorySizeMb,
} from './function-maximums.ts';
import { Functions } from './functions.ts';
import { Identity } from './identity.ts';
import { InboxApi } from './inbox-api.ts';
import { Intake } from './intake.ts';
import { Push, type PushApplications } from './push.ts';
import { Schedules } from './schedules.ts';
import { Storage } from './storage.ts';
import { checkedThrottle, HTTP_THROTTLE, type Throttle, WEBSOCKET_THROTTLE } from './throttle.ts';
import { WebSocketApi } from './websocket-api.ts';

export interface NotificationServiceProps {
  /** Origins whose pages may open sockets and call the API. Default: any. */
  readonly allowedOrigins?: readonly string[];
  /** Your OIDC issuer, with `audience`. Default: a Cognito user pool of the stack's own. */
  readonly issuer?: string;
  /** The client ids or audiences to accept; one text may hold several, separated by commas. */
  readonly audience?: string | readonly string[];
  /** How long a notification is kept. Default: 90 days. */
  readonly retentionDays?: number;
  /** Access logs of the WebSocket API. They need the account's CloudWatch role for API Gateway. Default: none. */
  readonly webSocketAccessLogs?: boolean;
  /** SNS platform applications of your app; without them push is off. */
  readonly pushApplications?: PushApplications;
  /** How many copies of a function work on a queue at once. Default: 20 each. */
  readonly maxConcurrency?: Partial<MaxConcurrency>;
  /** Memory of single functions. Default: 512 MB each. */
  readonly memorySizeMb?: MemorySizeMb;
  /** Requests the APIs take. Default: 2,000/s with bursts of 1,000 for sockets, 1,000/s with bursts of 500 for REST. */
  readonly throttle?: { readonly webSocket?: Throttle; readonly http?: Throttle };
  /**
   * What happens to stored data when it leaves the stack. Default: it is kept, but for what a failed first deploy made.
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Refuse to delete table and user pool, whoever asks. Default: false, because CloudFormation could then not take back
   * a first deploy that failed. Turn it on once the stack is there.
   */
  readonly deletionProtection?: boolean;
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
    const { issuer, audience, retentionDays = 90, deletionProtection = false } = props;
    if (!Number.isInteger(retentionDays) || retentionDays < 1)
      throw new Error('retentionDays must be a whole number of days, at least 1.');
    const allowedOrigins = checkedOrigins(props.allowedOrigins ?? []);
    const removalPolicy = retention(props.removalPolicy);
    if (deletionProtection && removalPolicy === RemovalPolicy.DESTROY) {
      throw new Error(
        'deletionProtection keeps what removalPolicy DESTROY (keepData: false) is to delete: choose one.',
      );
    }

    this.storage = new Storage(this, 'Storage', { removalPolicy, deletionProtection });
    this.intake = new Intake(this, 'Intake', { removalPolicy });
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
    this.functions = new Functions(this, 'Functions', {
      table: this.storage.table,
      intake: this.intake,
      identity: this.identity,
      schedules: this.schedules,
      push: this.push,
      webSocketStage: this.webSocketApi.stage,
      allowedOrigins,
      retentionDays,
      maxConcurrency: checkedMaxConcurrency(props.maxConcurrency),
      memorySizeMb: checkedMemorySizeMb(props.memorySizeMb),
      removalPolicy,
    });
    this.webSocketApi.connect(this.functions);
    this.inboxApi.serve(this.functions.inbox);
    checkAtSynthesis(this, {
      throttle: props.throttle !== undefined,
      deletionProtection,
      webSocketAccessLogs: props.webSocketAccessLogs ?? false,
    });
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

/** A plain RETAIN would also keep what a failed first deploy made, which the next attempt would make again. */
function retention(policy = RemovalPolicy.RETAIN): RemovalPolicy {
  if (policy === RemovalPolicy.DESTROY) return policy;
  if (policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  throw new Error(`removalPolicy can't be ${policy}: use RETAIN or DESTROY. The table has point-in-time recovery.`);
}
