// What a REST route knows of its caller, and how it reads a body.
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { Context } from 'hono';
import type * as z from 'zod';
import { CallerError } from '../../protocol/error-codes.ts';
import { rejectionOf } from '../../protocol/event.ts';
import { EVERYONE, isUserId } from '../../protocol/user-id.ts';

export interface RestEnv {
  Bindings: { event: APIGatewayProxyEventV2WithJWTAuthorizer };
}

/** The user of the verified token: never from the path, the query or the body. */
export function userOf(c: Context<RestEnv>): string {
  const userId = c.env.event.requestContext.authorizer?.jwt?.claims?.sub;
  if (!isUserId(userId) || userId === EVERYONE) throw new CallerError('unauthorized', "The token's subject is no user id.");
  return userId;
}

/** An absent body is an empty object, so that endpoints whose fields all have defaults need none. */
export async function readBody<Schema extends z.ZodType>(c: Context<RestEnv>, schema: Schema): Promise<z.output<Schema>> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new CallerError('invalid_request', 'The body must be JSON.', { field: 'body' });
  }
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { field, reason } = rejectionOf(parsed.error, 'body');
  throw new CallerError('invalid_request', `${field} ${reason}`, { field });
}
