// Every AWS call passes here: IAM decides, faults apply, the call is recorded.
import type { Permission, Principal } from './iam/principal.ts';

export interface GatedCall<T> {
  who: Principal;
  /**
   * As in Service.name: `dynamodb`, `sqs`, `events`, `apigatewaymanagementapi`, `sns`, `scheduler`, `logs`, `xray`,
   * `lambda`.
   */
  service: string;
  /** `PutItem` */
  operation: string;
  permissions: Permission[];
  /** Of the request, where there is one: `aws:UserAgent`. */
  userAgent?: string;
  /** The request id that the caller gets, so that the record and the reply can be matched; made up when absent. */
  requestId?: string;
  run(): Promise<T>;
}

export interface Gate {
  /**
   * Checks every permission, applies a matching fault, runs, records. Throws AwsError `AccessDeniedException` when a
   * permission is missing, the fault's own error when one applies, AnswerLost for `timeout_after_apply`.
   */
  call<T>(call: GatedCall<T>): Promise<T>;
}
