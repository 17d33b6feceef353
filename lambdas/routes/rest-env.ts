// What a REST route knows of its caller, and how it reads ids, queries and bodies.
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { isJsonObject, JSON_LEVELS_MAX, jsonProblem } from '../../protocol/carried-json.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { fieldPath, rejectionOf } from '../../protocol/event.ts';
import { idSchema } from '../../protocol/notification-change.ts';
import type { RestOperationId } from '../../protocol/rest-routes.ts';
import { type Claims, identityOf, type TokenParts, type TokenRules } from '../domain/sockets/access-token.ts';
import type { TokenIdentity } from '../domain/sockets/ports.ts';

export interface RestEnv {
  Bindings: { event: APIGatewayProxyEventV2WithJWTAuthorizer };
  /** Of routes behind the JWT authorizer: set before any of them runs. */
  Variables: { identity: TokenIdentity; claims: Claims; inbox: string; notLoggedOut: Promise<void> };
}

type RestHandler = (c: Context<RestEnv>) => Promise<Response>;
/** What answers each operation; with middleware of its own where it has some. */
export type RestHandlers = Record<RestOperationId, RestHandler | [MiddlewareHandler, RestHandler]>;

/** The inbox of the verified token's user and organisation: never from the path, the query or the body. */
export const userOf = (c: Context<RestEnv>): string => c.get('inbox');

/**
 * The token's identity and claims. The gateway has verified its signature, issuer, audience and times; but it hands
 * every claim over as text, and does not tell an access token from another. Throws CallerError `unauthorized`.
 */
export function identify(
  c: Context<RestEnv>,
  rules: TokenRules,
  nowMs: number,
): { identity: TokenIdentity; claims: Claims } {
  const parts = tokenParts(c.req.header('authorization') ?? '');
  const identity = parts && identityOf(parts, rules, nowMs);
  // So that it is the very token which the gateway has verified, whatever a proxy makes of repeated headers.
  const verifiedSubject = c.env.event.requestContext.authorizer?.jwt?.claims?.sub;
  if (parts === undefined || identity === undefined || identity.user_id !== verifiedSubject)
    throw new CallerError('unauthorized', 'The token is not an access token of a user. Send an access token.');
  return { identity, claims: parts.claims };
}

function tokenParts(authorization: string): TokenParts | undefined {
  const parts = authorization
    .replace(/^bearer /i, '')
    .trim()
    .split('.');
  if (parts.length !== 3) return undefined;
  try {
    const [header, claims] = parts.map((part, index): unknown =>
      index === 2 ? undefined : JSON.parse(Buffer.from(part, 'base64url').toString()),
    );
    return isJsonObject(header) && isJsonObject(claims) ? { header, claims } : undefined;
  } catch {
    return undefined; // No JSON: not a token.
  }
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

const noQuerySchema = z.strictObject({});
/** For routes that take no query: a parameter that has no effect is reported, not ignored. */
export const refuseQuery = (c: Context<RestEnv>): void => void readQuery(c, noQuerySchema);

export const readId = (c: Context<RestEnv>): string => readParameter(c, 'id', idSchema);

/** A parameter of the path. */
export function readParameter<Schema extends z.ZodType>(
  c: Context<RestEnv>,
  name: string,
  schema: Schema,
): z.output<Schema> {
  return parsed(schema, c.req.param(name), name);
}

/** A payload is four levels down: body, entries, entry, detail. */
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
