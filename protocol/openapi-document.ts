// The OpenAPI 3.1 document of the REST API, made from the schemas. Build time only: no function imports this.
import * as z from 'zod';
import { EXAMPLES } from './openapi-examples.ts';
import { gatewayErrorSchema, problemSchema } from './problem.ts';
import { REST_OPERATIONS, type RestOperation } from './rest-operations.ts';
import { REST_ROUTES, type RestOperationId, type RestRoute } from './rest-routes.ts';

type Json = Record<string, any>;

export function openApiDocument(): Json {
  const schemas: Json = {};
  const paths: Json = {};
  for (const [id, route] of Object.entries(REST_ROUTES)) {
    paths[route.path] ??= {};
    const operation = { id, ...route, ...REST_OPERATIONS[id as RestOperationId] };
    paths[route.path][route.method.toLowerCase()] = describe(operation, schemas);
  }
  const responses = Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { name }]) => [name, refusal(status, schemas)]),
  );
  for (const [name, schema] of Object.entries<Json>(schemas)) if (name in EXAMPLES) schema.examples = [EXAMPLES[name]];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon',
      version: '2',
      description:
        'The REST inbox. A user is always the one of the token; what belongs to another user does not exist. See rest.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com',
        description: 'A deployed stack: its output HttpUrl',
        variables: {
          api: { default: 'a1b2c3d4e5', description: 'The id of the HTTP API' },
          region: { default: 'us-east-1', description: 'The Region of the stack' },
        },
      },
      { url: 'http://127.0.0.1:4280', description: 'The stack on localhost: npm start' },
    ],
    paths,
    components: {
      responses,
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'authorization',
          description: 'An AWS Signature Version 4 of the service execute-api',
        },
      },
    },
  };
}

const ETAG = { ETag: { description: 'Changes with the reply', schema: { type: 'string' } } };
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The ETag of an earlier reply to the same request',
  schema: { type: 'string' },
};

/** Every error has one shape; each status is described once. */
const REFUSALS: Record<string, { name: string; description: string }> = {
  400: { name: 'InvalidRequest', description: 'The request is malformed; `field` says where' },
  401: { name: 'Unauthorized', description: 'No valid credentials' },
  403: { name: 'Forbidden', description: 'These credentials do not suffice' },
  404: { name: 'NotFound', description: 'There is no such thing of this user' },
  409: {
    name: 'Conflict',
    description: 'Another user has it, or something else is under way: `detail` says what to do',
  },
  429: { name: 'RateLimited', description: 'Too often; `Retry-After` says how many seconds to wait' },
  503: { name: 'Unavailable', description: 'The table does not answer' },
  501: { name: 'NotConfigured', description: 'This deployment cannot do that' },
};

function describe(operation: RestOperation & RestRoute & { id: string }, schemas: Json): Json {
  const { auth, reply } = operation;
  const refusals = [
    ...(operation.refusals ?? []),
    ...(auth === 'jwt' ? [401, 429] : []),
    ...(auth === 'iam' ? [403] : []),
  ];
  const parameters = [
    ...Object.entries(operation.pathParameters ?? {}).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: jsonSchema(schema, 'input', schemas),
    })),
    ...Object.entries(operation.query?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: false,
      schema: jsonSchema(schema as z.ZodType, 'input', schemas),
    })),
    ...(operation.hasEtag ? [IF_NONE_MATCH] : []),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    security: auth === 'open' ? [] : [{ [auth]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body && {
      requestBody: {
        required: operation.body.required,
        content: { 'application/json': { schema: jsonSchema(operation.body.schema, 'input', schemas) } },
      },
    }),
    responses: {
      ...(reply.orStatus !== undefined && { [reply.orStatus]: answer(reply, schemas) }),
      [reply.status]: { ...answer(reply, schemas), ...(operation.hasEtag && { headers: ETAG }) },
      ...(operation.hasEtag && {
        304: { description: 'Nothing changed since the reply with this ETag', headers: ETAG },
      }),
      ...Object.fromEntries(
        [...new Set(refusals)]
          .sort()
          .map((status) => [status, { $ref: `#/components/responses/${REFUSALS[status]!.name}` }]),
      ),
    },
  };
}

function answer({ description, schema }: RestOperation['reply'], schemas: Json): Json {
  if (schema === undefined) return { description };
  return { description, content: { 'application/json': { schema: jsonSchema(schema, 'output', schemas) } } };
}

/** API Gateway answers by itself before the function is asked, in a form that cannot be changed. */
const ALSO_BY_THE_GATEWAY = ['401', '403', '429'];

function refusal(status: string, schemas: Json): Json {
  return {
    description: REFUSALS[status]!.description,
    ...(status === '429' && { headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } } }),
    content: {
      'application/problem+json': { schema: jsonSchema(problemSchema, 'output', schemas) },
      ...(ALSO_BY_THE_GATEWAY.includes(status) && {
        'application/json': { schema: jsonSchema(gatewayErrorSchema, 'output', schemas) },
      }),
    },
  };
}

/** Schemas that have a name go among the components, and are referred to. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  // A body that is preprocessed has no describable input: what it becomes is what is documented.
  const described = schema.type === 'pipe' && io === 'input' && isPreprocessed(schema) ? 'output' : io;
  const {
    $schema: _dialect,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, {
    io: described,
    unrepresentable: 'any',
    // A format says what its long pattern says, and a number in a query is described as a number.
    override: ({ jsonSchema: made }) => {
      if (made.format !== undefined || made.type === 'integer') delete made.pattern;
      if (made.type === 'boolean') delete made.enum;
    },
  }) as Json;
  for (const [name, definition] of Object.entries($defs)) schemas[name] = referring(definition);
  return referring(own);
}

function isPreprocessed(schema: z.ZodType): boolean {
  return (schema as unknown as { in: z.ZodType }).in.type === 'transform';
}

function referring(value: any): any {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  const moved = (key: string, item: any) =>
    key === '$ref' ? String(item).replace('#/$defs/', '#/components/schemas/') : referring(item);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'id' || typeof value.id !== 'string')
      .map(([key, item]) => [key, moved(key, item)]),
  );
}
