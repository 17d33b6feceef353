// What one AWS service behind the AWS port must say about itself; the endpoint does signatures, IAM, faults, meter and
// log.
import type { Permission, Principal } from '../iam/principal.ts';

export interface WireRequest {
  method: string;
  /** Path without the query string, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: Buffer;
}
export interface WireResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Operation {
  /** As AWS names it: `PutEvents`, `SendMessage`. */
  name: string;
  input: any;
  /** What IAM must allow: all of them. */
  permissions: Permission[];
  /** Runs the operation; throws AwsError as the service would. The result is what `encode` puts on the wire. */
  run(): Promise<unknown>;
}

export interface Service {
  /** Name in `/_local/calls` and in faults: the SDK client's name, e.g. `sqs`, `events`, `apigatewaymanagementapi`. */
  name: string;
  /** The service name in the SigV4 credential scope, e.g. `sqs`, `events`, `execute-api`. */
  signingName: string;
  /** Reads the operation from the wire. Throws AwsError where the request names none this service emulates. */
  decode(request: WireRequest, caller: Principal): Operation;
  encode(operation: string, result: any, request: WireRequest): WireResponse;
  encodeError(
    error: { code: string; message: string; status: number; members?: Record<string, unknown> },
    request: WireRequest,
  ): WireResponse;
}
