// The functions' handlers, for tests that bring ports of their own: importing them reads the environment of a
// deployment.
import type {
  AuthorizeEnvironment,
  DispatchEnvironment,
  FanoutEnvironment,
  InboxEnvironment,
  SocketEnvironment,
} from '../../lambdas/environment.ts';
import { DEFAULT_LIMITS } from '../../protocol/service-limits.ts';

type Variables = AuthorizeEnvironment & SocketEnvironment & InboxEnvironment & DispatchEnvironment & FanoutEnvironment;

const ENVIRONMENT: Variables & { AWS_REGION: string } = {
  POWERTOOLS_SERVICE_NAME: 'carillon',
  POWERTOOLS_METRICS_NAMESPACE: 'Carillon',
  LOG_LEVEL: 'ERROR',
  TABLE_NAME: 'table',
  ISSUER: 'https://issuer.example.test',
  AUDIENCE: 'client',
  ALLOWED_ORIGINS: '',
  ACCEPT_UNTYPED_TOKENS: 'true',
  ACCEPT_TOKENS_IN_URLS: 'false',
  CALLBACK_URL: 'https://example.test/v1',
  WEBSOCKET_URL: 'wss://example.test/v1',
  EVENT_BUS_NAME: 'bus',
  MAPPED_DETAIL_TYPES: '[]',
  POSTS_PER_SECOND: '5000',
  LIMITS: JSON.stringify(DEFAULT_LIMITS),
  INBOX_RULES: JSON.stringify({ organisations: true, groupField: 'groupId' }),
  DISPATCH_QUEUE_URL: 'https://example.test/dispatch',
  REJECTED_QUEUE_URL: 'https://example.test/rejected',
  FANOUT_QUEUE_URL: 'https://example.test/fanout',
  DEAD_LETTER_QUEUE_URL: 'https://example.test/dead-letters',
  MAX_RECEIVES: '5',
  RETENTION_DAYS: '90',
  SCHEDULE_GROUP_NAME: 'group',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/schedules',
  DISPATCH_QUEUE_ARN: 'arn:aws:sqs:eu-west-1:123456789012:dispatch',
  UNDELIVERED_QUEUE_ARN: 'arn:aws:sqs:eu-west-1:123456789012:undelivered',
  WEB_PUSH_SECRET_ARN: '',
  WEB_PUSH_CONTACT: '',
  FCM_APPLICATION_ARN: '',
  APNS_APPLICATION_ARN: '',
  APNS_SANDBOX_APPLICATION_ARN: '',
  BROADCAST_TOPIC_ARN: '',
  AWS_REGION: 'eu-west-1',
};

/** Nothing is called with these values: a handler's own ports are not used. */
export async function importHandlers() {
  const before = { ...process.env };
  Object.assign(process.env, ENVIRONMENT);
  try {
    const [{ authorize }, { socket }, { inbox }, { dispatch }, { fanout }] = await Promise.all([
      import('../../lambdas/handlers/authorize.ts'),
      import('../../lambdas/handlers/socket.ts'),
      import('../../lambdas/handlers/inbox.ts'),
      import('../../lambdas/handlers/dispatch.ts'),
      import('../../lambdas/handlers/fanout.ts'),
    ]);
    return { authorize, socket, inbox, dispatch, fanout };
  } finally {
    process.env = before;
  }
}
