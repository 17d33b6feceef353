// The environment variables of every function, typed once for the functions and for the CDK side.

export interface BaseEnvironment {
  TABLE_NAME: string;
  /** Powertools: name of the service in logs and metrics. */
  POWERTOOLS_SERVICE_NAME: string;
  POWERTOOLS_METRICS_NAMESPACE: string;
  LOG_LEVEL: string;
}
export interface TokenEnvironment {
  /** OIDC issuer and the audience (or client id) its tokens must bear. */
  ISSUER: string;
  AUDIENCE: string;
}
export interface AuthorizeEnvironment extends BaseEnvironment, TokenEnvironment {
  /** Comma-separated; empty: any. */
  ALLOWED_ORIGINS: string;
}
export interface CallbackEnvironment {
  /** `https://…/stage` of the WebSocket API, for @connections. */
  CALLBACK_URL: string;
}
export interface SocketEnvironment extends BaseEnvironment, CallbackEnvironment {}
export interface InboxEnvironment extends BaseEnvironment, CallbackEnvironment {
  /** `wss://…` that clients open. */
  WEBSOCKET_URL: string;
  EVENT_BUS_NAME: string;
}
export interface DispatchEnvironment extends BaseEnvironment, CallbackEnvironment {
  DISPATCH_QUEUE_URL: string;
  REJECTED_QUEUE_URL: string;
  FANOUT_QUEUE_URL: string;
  RETENTION_DAYS: string;
}
export interface FanoutEnvironment extends BaseEnvironment, CallbackEnvironment {}

/** Reads the named variables; a missing one is a fault of the deployment and stops the function at start. */
export function readEnvironment<Names extends string>(...names: Names[]): Record<Names, string> {
  const missing = names.filter((name) => process.env[name] === undefined);
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Names, string>;
}
