// What the two gateways need from the rest of the runtime.
import type { Activity } from '../activity.ts';
import type { Service } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Credentials } from '../iam/credentials.ts';
import type { Meter } from '../meter.ts';
import type { Functions } from '../stack.ts';

export type GatewayLog = (message: string, details?: Record<string, unknown>) => void;

export interface WebSocketApiDeps {
  functions: Functions;
  clock: Clock;
  meter: Meter;
  activity: Activity;
  log: GatewayLog;
}

export interface HttpApiDeps extends WebSocketApiDeps {
  gate: Gate;
  /** Whose access key signs a request, for routes with AWS_IAM. */
  credentials: Pick<Credentials, 'find'>;
  /** The events endpoint, for EventBridge-PutEvents integrations; only needed where a route has one. */
  events?: Service;
}
