// How each AWS service words throttling, an internal failure and a refusal by IAM, so that SDKs react as they do on
// AWS.
import { AwsError } from './aws/aws-error.ts';

interface Wording {
  throttled: [code: string, status: number];
  failed: [code: string, status: number];
  refusalStatus: number;
}

/** Codes and statuses as in the services' own API models (the `httpError` traits the SDK clients carry). */
const WORDINGS: Record<string, Wording> = {
  dynamodb: {
    throttled: ['ProvisionedThroughputExceededException', 400],
    failed: ['InternalServerError', 500],
    refusalStatus: 400,
  },
  sqs: { throttled: ['RequestThrottled', 403], failed: ['InternalFailure', 500], refusalStatus: 403 },
  events: { throttled: ['ThrottlingException', 400], failed: ['InternalException', 500], refusalStatus: 400 },
  apigatewaymanagementapi: {
    throttled: ['LimitExceededException', 429],
    failed: ['InternalServerError', 500],
    refusalStatus: 403,
  },
  sns: { throttled: ['Throttled', 429], failed: ['InternalError', 500], refusalStatus: 403 },
  scheduler: { throttled: ['ThrottlingException', 429], failed: ['InternalServerException', 500], refusalStatus: 403 },
  lambda: { throttled: ['TooManyRequestsException', 429], failed: ['ServiceException', 500], refusalStatus: 403 },
  logs: { throttled: ['ThrottlingException', 400], failed: ['ServiceUnavailableException', 500], refusalStatus: 400 },
  /** The local issuer: its discovery document and its keys. */
  oidc: { throttled: ['TooManyRequests', 429], failed: ['InternalServerError', 500], refusalStatus: 403 },
  xray: { throttled: ['ThrottledException', 429], failed: ['InternalFailure', 500], refusalStatus: 403 },
};

export const KNOWN_SERVICES = Object.keys(WORDINGS);

export function throttled(service: string): AwsError {
  const [code, status] = WORDINGS[service]!.throttled;
  return new AwsError(code, 'Rate exceeded (an injected fault: see GET /_local/faults)', status);
}

export function failed(service: string): AwsError {
  const [code, status] = WORDINGS[service]!.failed;
  return new AwsError(code, 'The service failed (an injected fault: see GET /_local/faults)', status);
}

export function gone(): AwsError {
  return new AwsError('GoneException', 'The connection is gone (an injected fault: see GET /_local/faults)', 410);
}

/** A refusal by IAM; `why` is the whole sentence, in AWS's words. */
export function denied(service: string, why: string): AwsError {
  return new AwsError('AccessDeniedException', why, refusalStatus(service));
}

/** The JSON services answer a refusal with 400, the others with 403. */
export const refusalStatus = (service: string): number => WORDINGS[service]?.refusalStatus ?? 403;
