// What every refused REST call answers with: RFC 9457 problem details and a stable code.
import * as z from 'zod';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    /** What of the request was wrong, such as `size` or `quiet_hours.start`. */
    field: z.string().optional(),
    /** With 429: when to come back, as in the header `Retry-After`. */
    retry_after_seconds: z.int().positive().optional(),
  })
  .meta({ id: 'Problem' });

/** What API Gateway itself answers: to a missing or false token, and when it throttles. */
export const gatewayErrorSchema = z.object({ message: z.string() }).meta({ id: 'GatewayError' });

export const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
