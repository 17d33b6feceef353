// What a REST route knows of its caller, and how it reads ids, queries and bodies.
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { Context } from 'hono';
import * as z from 'zod';
import { ADMIN_GROUP, ADMIN_SCOPES } from '../../protocol/administrators.ts';
import { JSON_LEVELS_MAX, jsonProblem } from '../../protocol/carried-json.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { fieldPath, rejectionOf } from '../../protocol/event.ts';
import { idSchema } from '../../protocol/notification-change.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { EVERYONE, isUserId } from '../../protocol/user-id.ts';

export interface RestEnv {
  Bindings: { event: APIGatewayProxyEventV2WithJWTAuthorizer };
}

/** The user of the verified token: never from the path, the query or the body. */
export function userOf(c: Context<RestEnv>): string {
  const userId = c.env.event.requestContext.authorizer?.jwt?.claims?.sub;
  if (!isUserId(userId) || userId === EVERYONE)
    throw new CallerError('unauthorized', "The token's subject is no user id.");
  return userId;
}

/** When the token was issued, where it says so. */
export function issuedAtOf(c: Context<RestEnv>): string | undefined {
  const seconds = Number(c.env.event.requestContext.authorizer?.jwt?.claims?.iat);
  return Number.isFinite(seconds) ? toTimestamp(seconds * 1000) : undefined;
}

/** An absent body is an empty object, so that endpoints whose fields all have defaults need none. */
export async function readBody<Schema extends z.ZodType>(
  c: Context<RestEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new CallerError('invalid_request', 'The body must be JSON.', { field: 'body' });
  }
  return parsed(schema, json, 'body');
}

/** Every parameter once, and none that is not known. */
export function readQuery<Schema extends z.ZodType>(c: Context<RestEnv>, schema: Schema): z.output<Schema> {
  // Without a prototype, so that a parameter called __proto__ is one like any other.
  const query: Record<string, string | undefined> = Object.create(null);
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1) throw new CallerError('invalid_request', `${name} must be given once`, { field: name });
    query[name] = values[0];
  }
  return parsed(schema, query, 'query');
}

/** For routes that take no query: a parameter that does nothing is told, not swallowed. */
export const noQuerySchema = z.strictObject({});

export function readId(c: Context<RestEnv, '/:id'>): string {
  return parsed(z.object({ id: idSchema }), { id: c.req.param('id') }, 'id').id;
}

export function readParameter<Schema extends z.ZodType>(value: string, name: string, schema: Schema): z.output<Schema> {
  return parsed(schema, value, name);
}

/** A payload stands in a detail of an entry of the entries of a body. */
const AROUND_A_PAYLOAD_LEVELS = 4;

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  const problem = jsonProblem(value, [], JSON_LEVELS_MAX + AROUND_A_PAYLOAD_LEVELS);
  if (problem) {
    const field = fieldPath(problem.path) || whole;
    throw new CallerError('invalid_request', `${field} ${problem.reason}`, { field });
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const { field, reason } = rejectionOf(result.error, whole);
  throw new CallerError('invalid_request', `${field} ${reason}`, { field });
}

/** By a Cognito group or by a scope, each compared whole. */
export function isAdministrator(c: Context<RestEnv>): boolean {
  const claims: Record<string, unknown> = c.env.event.requestContext.authorizer?.jwt?.claims ?? {};
  const isIn = (claim: unknown, names: readonly string[]) => listOf(claim).some((name) => names.includes(name));
  return isIn(claims['cognito:groups'], [ADMIN_GROUP]) || isIn(claims.scope, ADMIN_SCOPES);
}

/** API Gateway hands every claim over as text, and a list as `[a b]`; neither scopes nor names of groups have spaces. */
function listOf(claim: unknown): string[] {
  if (typeof claim !== 'string') return [];
  return claim.replace(/^\[(.*)\]$/s, '$1').split(' ');
}
