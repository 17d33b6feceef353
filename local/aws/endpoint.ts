// The AWS port: finds out who calls which service, checks the signature, and lets the gate and the service do the rest.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { runBilled } from '../bill-scope.ts';
import { hostRefusal, pageRefusal, setSafeHeaders } from '../browser-guard.ts';
import type { Clock } from '../clock.ts';
import type { CallTimes } from '../functions/call-times.ts';
import type { Gate } from '../gate.ts';
import type { ObservedCall, Taps } from '../history/taps.ts';
import type { Credentials } from '../iam/credentials.ts';
import type { Principal } from '../iam/principal.ts';
import { verifySigV4 } from '../iam/sigv4.ts';
import { refusalStatus } from '../service-failures.ts';
import { answerDate } from './answer-date.ts';
import { AnswerLost, AwsError } from './aws-error.ts';
import { claimedScope } from './claimed-scope.ts';
import { genericError, missingSignature, unknownService, wrongRegion } from './endpoint-refusals.ts';
import { readBody } from './read-body.ts';
import type { Service, WireRequest, WireResponse } from './service.ts';

export interface AwsEndpoint {
  /** Answers what comes by this server. */
  serve(server: Server): void;
  /** Answers a request that came by another port. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void;
}

/** Above DynamoDB's BatchWriteItem of 16 MB, the largest request any emulated service takes. */
const MAX_BODY_BYTES = 17 * 1024 * 1024;

export function createEndpoint(deps: {
  services: Service[];
  gate: Gate;
  credentials: Credentials;
  clock: Clock;
  region: string;
  log: (line: string) => void;
  taps?: Pick<Taps, 'called'>;
  callTimes?: CallTimes;
  /** What is no AWS service and takes unsigned requests on this port: undefined for all others. */
  unsigned?: (request: WireRequest) => Promise<WireResponse | undefined>;
}): AwsEndpoint {
  const { services, gate, credentials, clock, region, log, taps, callTimes } = deps;
  const bySigningName = new Map(services.map((service) => [service.signingName, service]));

  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    answer(incoming, outgoing).catch((error: unknown) => {
      // A caller that went away (a killed function, say) needs no answer; everything a request can cause is answered
      // below.
      if (incoming.errored || outgoing.destroyed) return;
      log(`AWS port: the answer to ${incoming.method} ${incoming.url} could not be sent: ${String(error)}`);
      outgoing.destroy();
    });
  };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    let response: WireResponse;
    try {
      const refusal = hostRefusal(incoming.headers) ?? pageRefusal(incoming.headers);
      const body = refusal === undefined ? await readBody(incoming, MAX_BODY_BYTES) : Buffer.alloc(0);
      if (refusal !== undefined) {
        response = genericError('AccessDeniedException', refusal, 403);
        outgoing.setHeader('connection', 'close');
      } else if (body === undefined) {
        response = genericError('RequestEntityTooLarge', `A request may have at most ${MAX_BODY_BYTES} bytes`, 413);
        outgoing.setHeader('connection', 'close');
      } else {
        response = await respond(wireRequest(incoming, body), requestId);
      }
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error;
      // The caller sees what it would see if the network broke after the call: a reset, no status.
      incoming.socket.destroy();
      return;
    }
    const payload = response.body ?? '';
    setSafeHeaders(outgoing);
    outgoing.writeHead(response.status, {
      date: answerDate(incoming.headers, [clock.now(), Date.now()]),
      'x-amzn-requestid': requestId,
      'content-length': Buffer.byteLength(payload),
      ...response.headers,
    });
    outgoing.end(payload);
  }

  async function respond(request: WireRequest, requestId: string): Promise<WireResponse> {
    const scope = claimedScope(request);
    if (!scope) {
      const answered = await deps.unsigned?.(request);
      return answered ?? (isGreeting(request) ? greeting(services) : missingSignature(request));
    }
    const service = bySigningName.get(scope.service);
    if (!service) return unknownService(scope.service, [...bySigningName.keys()], request);
    try {
      if (scope.region !== region) throw wrongRegion(scope.region, region);
      const { who, accessKeyId } = identify(request, service);
      const operation = service.decode(request, who);
      const call = () =>
        gate.call({
          who,
          service: service.name,
          operation: operation.name,
          permissions: operation.permissions,
          requestId,
          userAgent: request.headers['user-agent'],
          run: () => operation.run(),
        });
      const { name, input } = operation;
      const about = { accessKeyId, function: who.name, service: service.name, operation: name, input };
      const result = await observed(call, { ...about, body: request.body });
      return service.encode(operation.name, result, request);
    } catch (error) {
      if (error instanceof AnswerLost) throw error;
      return service.encodeError(asServiceError(error, log), request);
    }
  }

  async function observed<T>(
    run: () => Promise<T>,
    about: Omit<ObservedCall, 'startedMs' | 'ms' | 'dollars'>,
  ): Promise<T> {
    const bill = { dollars: 0 };
    const [startedMs, fromMs] = [clock.now(), performance.now()];
    const report = (outcome: { result: T } | { error: unknown }) => {
      const toMs = performance.now();
      const { accessKeyId, service, operation } = about;
      callTimes?.add(accessKeyId, { service, operation, fromMs, toMs });
      taps?.called({ ...about, ...outcome, ...bill, startedMs, ms: toMs - fromMs });
    };
    try {
      const result = await runBilled(bill, run);
      report({ result });
      return result;
    } catch (error) {
      report({ error });
      throw error;
    }
  }

  function identify(request: WireRequest, service: Service): { who: Principal; accessKeyId: string } {
    const verdict = verifySigV4({
      ...request,
      service: service.signingName,
      // Functions sign by the moved clock, the AWS CLI by the real one: both are right.
      nowMs: [clock.now(), Date.now()],
      findSecret: (accessKeyId) => credentials.find(accessKeyId),
    });
    if (!verdict.ok) throw new AwsError(verdict.code, verdict.message, refusalStatus(service.name));
    const { accessKeyId } = verdict;
    return { who: credentials.find(accessKeyId)!.principal, accessKeyId };
  }

  return {
    handle,
    serve(server) {
      // Idle SDK connections outlive a queue's long poll, so that a call seldom meets a socket that is just closing.
      server.keepAliveTimeout = 65_000;
      server.on('request', handle);
    },
  };
}

function wireRequest(incoming: IncomingMessage, body: Buffer): WireRequest {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    // Node joins repeated headers with a comma, except set-cookie, which no request carries.
    headers: incoming.headers as Record<string, string | undefined>,
    body,
  };
}

const isGreeting = (request: WireRequest) =>
  request.path === '/' && (request.method === 'GET' || request.method === 'HEAD');

function greeting(services: Service[]): WireResponse {
  const names = services.map((service) => service.name).join(', ');
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body:
      `This is the AWS endpoint of a local Carillon: ${names}.\n` +
      'Point the AWS CLI or an SDK here (--endpoint-url, AWS_ENDPOINT_URL) with the keys that the console and\n' +
      'GET /_local/outputs on the public port show. Every request must be signed (SigV4).\n',
  };
}

function asServiceError(error: unknown, log: (line: string) => void) {
  if (error instanceof AwsError) {
    return { code: error.code, message: error.message, status: error.status, members: error.members };
  }
  log(`AWS port: a defect of the local runtime: ${error instanceof Error ? error.stack : String(error)}`);
  return {
    code: 'InternalFailure',
    message: `The local runtime itself failed: ${String(error)}. Its log has the details.`,
    status: 500,
  };
}
