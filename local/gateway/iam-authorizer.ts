// IAM authorisation of an HTTP API route: a SigV4 signature for execute-api, then execute-api:Invoke on the method.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
import type { IncomingMessage } from 'node:http';
import { isAllowed } from '../iam/evaluate.ts';
import { verifySigV4 } from '../iam/sigv4.ts';
import type { Stack } from '../stack.ts';
import type { HttpApiDeps } from './gateway-deps.ts';

export type IamVerdict = { ok: true; iam: Record<string, unknown> } | { ok: false; why: string };

export function iamAuthorizer(stack: Stack, apiId: string, stageName: string, deps: HttpApiDeps) {
  return (req: IncomingMessage, path: string, query: string, body: Buffer): IamVerdict => {
    const verified = verifySigV4({
      method: req.method ?? 'GET',
      path,
      query,
      headers: req.headers,
      body,
      // A function signs with the moved clock, the AWS CLI with the real one: both are right.
      nowMs: [deps.clock.now(), Date.now()],
      findSecret: (accessKeyId) => deps.credentials.find(accessKeyId),
      service: 'execute-api',
    });
    if (!verified.ok) return { ok: false, why: `${verified.code}: ${verified.message}` };
    const principal = deps.credentials.find(verified.accessKeyId)?.principal;
    if (!principal) return { ok: false, why: `no principal has the access key ${verified.accessKeyId}` };
    const resource = `arn:aws:execute-api:${stack.region}:${stack.accountId}:${apiId}/${stageName}/${req.method}${path}`;
    const call = { nowMs: deps.clock.now(), userAgent: req.headers['user-agent'] };
    const decision = isAllowed(principal, { action: 'execute-api:Invoke', resource }, call);
    if (!decision.allowed) return { ok: false, why: decision.why };
    return {
      ok: true,
      iam: {
        accessKey: verified.accessKeyId,
        accountId: stack.accountId,
        callerId: verified.accessKeyId,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: principal.arn,
        userId: verified.accessKeyId,
      },
    };
  };
}
