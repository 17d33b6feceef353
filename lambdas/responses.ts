// How results and errors become replies: the one place that decides what a caller may see.
import { CallerError, ERROR_CODES } from '../protocol/error-codes.ts';
import type { ErrorFrame, ServerFrame } from '../protocol/server-frame.ts';
import type { Deps } from './domain/model/ports.ts';
import type { SocketResponse } from './gateway-event.ts';

/** With a route response, API Gateway sends the body to the socket that asked. */
export const frameResponse = (frame: ServerFrame): SocketResponse => ({ statusCode: 200, body: JSON.stringify(frame) });

type Reporting = Pick<Deps, 'log' | 'metrics'>;

/** Lambda counts no error of what is answered: the metric is what the alarm sees. */
function report({ log, metrics }: Reporting, message: string, error: unknown): void {
  metrics.count('internal_error');
  log.error(message, error);
}

/** A caller's fault is explained; anything else is logged and reported as ours. The socket stays open either way. */
export function socketErrorFrame(deps: Reporting, error: unknown): ErrorFrame {
  if (error instanceof CallerError) {
    const { code, message, retryAfterSeconds } = error;
    return { type: 'error', code, message, ...(retryAfterSeconds && { retry_after_seconds: retryAfterSeconds }) };
  }
  report(deps, 'frame failed', error);
  return { type: 'error', code: 'internal_error', message: 'Something went wrong here. Try again.' };
}

/** RFC 9457 problem details with a stable `code`. */
export function problemResponse(deps: Reporting, error: unknown): Response {
  if (!(error instanceof CallerError)) {
    report(deps, 'request failed', error);
    return problem('internal_error', 'Something went wrong here. Try again.');
  }
  return problem(error.code, error.message, error.field, error.retryAfterSeconds);
}

function problem(code: keyof typeof ERROR_CODES, detail: string, field?: string, retryAfterSeconds?: number): Response {
  const status = ERROR_CODES[code];
  return new Response(
    JSON.stringify({
      type: 'about:blank',
      title: code.replaceAll('_', ' '),
      status,
      code,
      detail,
      ...(field && { field }),
      ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
    }),
    {
      status,
      headers: {
        'content-type': 'application/problem+json',
        ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      },
    },
  );
}
