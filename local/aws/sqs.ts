// SQS on the wire: AWS JSON 1.0 as current SDKs speak it, and the older form-encoded Query protocol with XML answers.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html

import type { Principal } from '../iam/principal.ts';
import { isObject } from '../is-object.ts';
import type { Meter } from '../meter.ts';
import type { Queues } from '../sqs/queues.ts';
import { AwsError } from './aws-error.ts';
import { checkShape, readJsonBody } from './input-shape.ts';
import type { Operation, Service, WireRequest, WireResponse } from './service.ts';
import { queryErrorCode } from './sqs-errors.ts';
import { planOperation } from './sqs-operations.ts';
import { isQueryRequest, readQuery, writeQuery, writeQueryError } from './sqs-query.ts';
import { sqsInput } from './sqs-shape.ts';

const TARGET_PREFIX = 'AmazonSQS.';

export function sqsService(queues: Queues, meter: Meter): Service {
  return {
    name: 'sqs',
    signingName: 'sqs',
    decode(request, caller): Operation {
      const { name, input } = isQueryRequest(request) ? readQuery(request) : readJson(request);
      checkShape(input, sqsInput);
      const { permissions, run } = planOperation(name, input, { queues, meter, sender: senderOf(request, caller) });
      return { name, input, permissions, run };
    },
    encode(operation, result, request) {
      if (isQueryRequest(request)) return writeQuery(operation, result);
      return json(200, result ?? {});
    },
    encodeError(error, request) {
      const code = queryErrorCode(error.code);
      if (isQueryRequest(request)) return writeQueryError({ code, message: error.message, status: error.status });
      const document = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message, ...error.members };
      const fault = error.status >= 500 ? 'Receiver' : 'Sender';
      const answer = json(error.status, document);
      return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${code};${fault}` } };
    },
  };
}

function readJson(request: WireRequest): { name: string; input: Record<string, any> } {
  const target = request.headers['x-amz-target'] ?? '';
  if (!target.startsWith(TARGET_PREFIX))
    throw new AwsError('UnknownOperationException', `SQS has no operation "${target}".`, 404);
  const name = target.slice(TARGET_PREFIX.length);
  return { name, input: readJsonBody(request.body, sqsInput) };
}

function json(status: number, body: unknown): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(body, base64Buffers),
  };
}

/** Buffers reach a replacer already turned into `{ type: 'Buffer', data }`. */
function base64Buffers(_key: string, value: unknown): unknown {
  const isBuffer = isObject(value) && value.type === 'Buffer' && Array.isArray(value.data);
  return isBuffer ? Buffer.from(value.data as number[]).toString('base64') : value;
}

/**
 * A function's SDK sends the trace of its invocation. Its Lineage starts with how many functions the chain has passed,
 * the sender included (local/functions/trace-id.ts): that is how many sends by functions there are with this one.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
function senderOf(request: WireRequest, caller: Principal) {
  const trace = request.headers['x-amzn-trace-id'];
  const lineage = /(?:^|;)\s*Lineage=(\d+)(?::|;|$)/.exec(trace ?? '');
  return { id: `LOCAL:${caller.name}`, trace, hops: lineage ? Number(lineage[1]) : 0 };
}
