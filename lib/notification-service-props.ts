// How the construct is set up.
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { MaxConcurrency, MemorySizeMb } from './function-maximums.ts';
import type { Limits } from './limits.ts';
import type { PushApplications } from './push.ts';
import type { Throttles } from './throttle.ts';
import type { WebPushSettings } from './web-push.ts';

/** How the service is set up. Every property is optional. */
export interface NotificationServiceProps {
  /**
   * Detail types on the service's own bus that rules of yours take. What no rule takes is rejected as unknown.
   * @default - none but those of `notifyOn` and `logOutOn`
   */
  readonly otherDetailTypes?: string[];
  /**
   * Origins whose pages may open sockets and call the API, such as `https://app.example.com`.
   * @default - any origin
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * URL of your OIDC issuer, exactly as in the tokens. Comes with `audience`.
   * @default - a Cognito user pool of the service's own
   */
  readonly issuer?: string;
  /**
   * The client ids or audiences to accept; one text may hold several, separated by commas. Comes with `issuer`.
   * @default - the app client of the service's own user pool
   */
  readonly audience?: string | readonly string[];
  /**
   * Whether a token without a type is accepted as an access token, as the access tokens of some providers are. ID
   * tokens and tokens bound to a key are refused in any case.
   * @default - false: the token says that it is one, by `token_use`, `typ` or its header
   */
  readonly acceptUntypedTokens?: boolean;
  /**
   * Whether a socket may be opened with a token in the URL, `?token=` or `?jwt=`. Proxies and browsers keep URLs.
   * @default - false: by ticket or by header
   */
  readonly acceptTokensInUrls?: boolean;
  /**
   * Whether each organisation has inboxes of its own: `org_id` of a credential and of a request then selects the
   * user's inbox in that organisation. Turned on later, users whose credentials carry an `org_id` find that inbox, and
   * no longer what is in their own.
   * @default false: `org_id` of a credential is the topic `org:{org_id}` only; requests with `org_id` are rejected
   */
  readonly organisationInboxes?: boolean;
  /**
   * Which field of `payload` names a notification's group, for users who mute groups.
   * @default 'groupId'
   */
  readonly groupField?: string;
  /**
   * How many days a notification is kept.
   * @default 90
   */
  readonly retentionDays?: number;
  /**
   * How many days the bus archives requests, for `npm run replay`. EventBridge bills $0.10 for each GB archived, and
   * $0.023 for each GB kept a month.
   * @default - no archive
   */
  readonly archiveDays?: number;
  /**
   * Frames a second to everyone and to topics, at least 10: this stack's share of the account's 10,000 requests a
   * second (AWS limit; 2,500 in some regions), which every call of API Gateway shares.
   * @default 5000
   */
  readonly postsPerSecond?: number;
  /**
   * Whether the WebSocket API writes access logs. They need the account's CloudWatch role for API Gateway.
   * @default false
   */
  readonly webSocketAccessLogs?: boolean;
  /**
   * SNS platform applications of your mobile app, by platform.
   * @default - no mobile push
   */
  readonly pushApplications?: PushApplications;
  /**
   * Push to browsers, by the Web Push protocol. It adds a secret, which AWS bills at $0.40 a month.
   * @default - no push to browsers
   */
  readonly webPush?: WebPushSettings;
  /**
   * How many copies of a function work on their queue at once.
   * @default - 20 of `dispatch`, one of `fanout` for each 1,000 posts a second
   */
  readonly maxConcurrency?: MaxConcurrency;
  /**
   * Memory of single functions, in MB.
   * @default - 1,769 for `fanout`, which is one vCPU, 256 for `authorize` and `socket`, 512 for the others
   */
  readonly memorySizeMb?: MemorySizeMb;
  /**
   * Whether AWS X-Ray traces each function. It costs up to $5 per million invocations: about as much as all else
   * together.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * What one user, or one connection, may use.
   * @default - as documented for each
   */
  readonly limits?: Limits;
  /**
   * The SNS topic that is notified when an alarm goes off and when it is over.
   * @default - nobody is notified; `addAlarmActions` adds other actions
   */
  readonly alarmTopic?: ITopic;
  /**
   * Where your team reads the runbooks, if you publish them: alarms link to `{runbookUrl}/dead-letters.md` and the
   * like.
   * @default - their folder in the repository and in the package, docs/runbooks
   */
  readonly runbookUrl?: string;
  /**
   * How many requests each route of an API takes.
   * @default - 2,000/s with bursts of 1,000 for sockets, 1,000/s with bursts of 500 for REST
   */
  readonly throttle?: Throttles;
  /**
   * What happens to stored data when it leaves the stack. What a failed first deploy made is deleted in any case.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Whether table and user pool refuse to be deleted. Turn it on once the stack is there: CloudFormation
   * could not take back a first deploy that failed. @default false
   */
  readonly deletionProtection?: boolean;
}
