// Which service and region a signed request says it is for: read from its credential scope before anything is verified.
import type { WireRequest } from './service.ts';

export interface ClaimedScope {
  region: string;
  service: string;
}

const CREDENTIAL = /Credential=[^/,\s]+\/\d+\/([^/,]+)\/([^/,]+)\/aws4_request/;
const QUERY_CREDENTIAL = /^[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request$/;

/** Undefined for an unsigned request, or one whose credential can't be read. */
export function claimedScope(request: WireRequest): ClaimedScope | undefined {
  const { authorization } = request.headers;
  const match = authorization
    ? CREDENTIAL.exec(authorization)
    : QUERY_CREDENTIAL.exec(request.query.get('X-Amz-Credential') ?? '');
  return match ? { region: match[1]!, service: match[2]! } : undefined;
}
