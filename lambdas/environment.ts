// The environment variables of every function, typed once for the functions and for the CDK side.

export interface BaseEnvironment {
  TABLE_NAME: string;
  /** Powertools: name of the service in logs and metrics. */
  POWERTOOLS_SERVICE_NAME: string;
  POWERTOOLS_METRICS_NAMESPACE: string;
  LOG_LEVEL: string;
}
export interface TokenEnvironment {
  /** OIDC issuer and the audience (or client id) its tokens must have. */
  ISSUER: string;
  AUDIENCE: string;
}
/** `true` or `false`. */
export interface TokenRulesEnvironment {
  ACCEPT_UNTYPED_TOKENS: string;
}
export interface InboxRulesEnvironment {
  /** InboxRules as JSON. */
  INBOX_RULES: string;
}
export interface AuthorizeEnvironment
  extends BaseEnvironment,
    TokenEnvironment,
    TokenRulesEnvironment,
    InboxRulesEnvironment {
  /** `true`: a token may be in the URL. */
  ACCEPT_TOKENS_IN_URLS: string;
  /** Comma-separated; empty: any. */
  ALLOWED_ORIGINS: string;
}
export interface CallbackEnvironment {
  /** `https://…/stage` of the WebSocket API, for @connections. */
  CALLBACK_URL: string;
}
/** One-time schedules that put tasks on the dispatch queue. */
export interface ScheduleEnvironment {
  SCHEDULE_GROUP_NAME: string;
  SCHEDULE_ROLE_ARN: string;
  DISPATCH_QUEUE_ARN: string;
  UNDELIVERED_QUEUE_ARN: string;
}
/** SNS platform applications; empty where a platform has none: then push is off for it. */
export interface PushEnvironment {
  FCM_APPLICATION_ARN: string;
  APNS_APPLICATION_ARN: string;
  APNS_SANDBOX_APPLICATION_ARN: string;
  /** The topic every device is subscribed to. */
  BROADCAST_TOPIC_ARN: string;
}
/** Web push; empty where it is off. */
export interface WebPushEnvironment {
  /** The secret of which the key pair is made. */
  WEB_PUSH_SECRET_ARN: string;
  /** `mailto:` or `https:`. */
  WEB_PUSH_CONTACT: string;
}
export interface LimitsEnvironment {
  /** ServiceLimits as JSON. */
  LIMITS: string;
}
export interface SocketEnvironment extends BaseEnvironment, CallbackEnvironment, LimitsEnvironment {
  /** For what waits until a user is present. */
  DISPATCH_QUEUE_URL: string;
}
export interface InboxEnvironment
  extends BaseEnvironment,
    CallbackEnvironment,
    LimitsEnvironment,
    PushEnvironment,
    WebPushEnvironment,
    TokenRulesEnvironment,
    InboxRulesEnvironment {
  /** `wss://…` that clients open. */
  WEBSOCKET_URL: string;
  EVENT_BUS_NAME: string;
  /** For events that go past the bus. */
  DISPATCH_QUEUE_URL: string;
  RETENTION_DAYS: string;
  /** JSON list: detail types of other systems that rules of the bus map. */
  MAPPED_DETAIL_TYPES: string;
  /** Of the whole stack. */
  POSTS_PER_SECOND: string;
}
export interface DispatchEnvironment
  extends BaseEnvironment,
    CallbackEnvironment,
    LimitsEnvironment,
    ScheduleEnvironment,
    PushEnvironment,
    WebPushEnvironment,
    InboxRulesEnvironment {
  DISPATCH_QUEUE_URL: string;
  REJECTED_QUEUE_URL: string;
  FANOUT_QUEUE_URL: string;
  DEAD_LETTER_QUEUE_URL: string;
  /** Tries of one message before it is given up. */
  MAX_RECEIVES: string;
  RETENTION_DAYS: string;
}
export interface FanoutEnvironment extends BaseEnvironment, CallbackEnvironment {
  FANOUT_QUEUE_URL: string;
  DEAD_LETTER_QUEUE_URL: string;
  MAX_RECEIVES: string;
  /** Of one worker: all together stay below the stack's share of the account's quota. */
  POSTS_PER_SECOND: string;
}

export const SCHEDULE_VARIABLES = [
  'SCHEDULE_GROUP_NAME',
  'SCHEDULE_ROLE_ARN',
  'DISPATCH_QUEUE_ARN',
  'UNDELIVERED_QUEUE_ARN',
] as const satisfies (keyof ScheduleEnvironment)[];
export const PUSH_VARIABLES = [
  'FCM_APPLICATION_ARN',
  'APNS_APPLICATION_ARN',
  'APNS_SANDBOX_APPLICATION_ARN',
  'BROADCAST_TOPIC_ARN',
] as const satisfies (keyof PushEnvironment)[];
export const WEB_PUSH_VARIABLES = [
  'WEB_PUSH_SECRET_ARN',
  'WEB_PUSH_CONTACT',
] as const satisfies (keyof WebPushEnvironment)[];

export const scheduleTarget = (env: ScheduleEnvironment) => ({
  groupName: env.SCHEDULE_GROUP_NAME,
  roleArn: env.SCHEDULE_ROLE_ARN,
  queueArn: env.DISPATCH_QUEUE_ARN,
  deadLetterQueueArn: env.UNDELIVERED_QUEUE_ARN,
});

export const pushTargets = (env: PushEnvironment) => ({
  applications: {
    fcm: env.FCM_APPLICATION_ARN,
    apns: env.APNS_APPLICATION_ARN,
    apns_sandbox: env.APNS_SANDBOX_APPLICATION_ARN,
  },
  broadcastTopicArn: env.BROADCAST_TOPIC_ARN,
});

/** AWS_ENDPOINT_URL is set where a local runtime replaces AWS: push services of tests are reached there, too. */
export const webPushSettings = (env: WebPushEnvironment) => ({
  isConfigured: env.WEB_PUSH_SECRET_ARN !== '',
  contact: env.WEB_PUSH_CONTACT,
  localOrigin: process.env.AWS_ENDPOINT_URL && new URL(process.env.AWS_ENDPOINT_URL).origin,
});

/** Reads the named variables; a missing one is a fault of the deployment and stops the function at start. */
export function readEnvironment<Names extends string>(...names: Names[]): Record<Names, string> {
  const missing = names.filter((name) => process.env[name] === undefined);
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Names, string>;
}
