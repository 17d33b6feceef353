// The OpenAPI 3.1 document of the REST API, made from the schemas. Build time only: no function imports this.
import * as z from 'zod';
import { gatewayErrorSchema, problemSchema } from './problem.ts';
import { REST_OPERATIONS, type RestOperation } from './rest-operations.ts';

type Json = Record<string, any>;

export function openApiDocument(): Json {
  const schemas: Json = {};
  const paths: Json = {};
  for (const operation of REST_OPERATIONS) {
    paths[operation.path] ??= {};
    paths[operation.path][operation.method] = describe(operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon',
      version: '2',
      description:
        'The REST inbox. A user is always the one of the token; what belongs to another user does not exist. See rest.md.',
    },
    paths,
    components: {
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

const REFUSALS: Record<number, string> = {
  400: 'The request is malformed; `field` says where',
  401: 'No valid credentials',
  403: 'These credentials do not suffice',
  404: 'There is no such notification of this user',
  501: 'This deployment cannot do that',
  429: 'Too often; `Retry-After` says how many seconds to wait',
};

function describe(operation: RestOperation, schemas: Json): Json {
  const { auth, reply } = operation;
  const refusals = [...(operation.refusals ?? []), ...(auth === 'jwt' ? [401] : []), ...(auth === 'iam' ? [403] : [])];
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
      [reply.status]: answer(reply, schemas),
      ...Object.fromEntries([...new Set(refusals)].sort().map((status) => [status, refusal(status, schemas)])),
    },
  };
}

function answer({ description, schema }: RestOperation['reply'], schemas: Json): Json {
  if (schema === undefined) return { description };
  return { description, content: { 'application/json': { schema: jsonSchema(schema, 'output', schemas) } } };
}

/** API Gateway answers by itself before the function is asked, in a form that cannot be changed. */
const ALSO_BY_THE_GATEWAY = [401, 403, 429];

function refusal(status: number, schemas: Json): Json {
  return {
    description: REFUSALS[status],
    ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } } }),
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
