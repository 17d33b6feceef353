// JSON Schema of every event and frame, for producers and clients in other languages. Build time only: no function imports this.
import * as z from 'zod';
import { clientFrameSchemas } from './client-frame.ts';
import { cancellationSchema, logoutSchema } from './event.ts';
import { requestSchema } from './request.ts';
import { serverFrameSchemas } from './server-frame-schemas.ts';

type Json = Record<string, any>;
export type SchemaGroup = 'events' | 'client-frames' | 'server-frames';

const one = (...fields: string[]): Json => ({ oneOf: fields.map((field) => ({ required: [field] })) });

interface Described {
  schema: z.ZodType;
  /** What the schema's own checks say in code. */
  also?: Json;
}
const GROUPS: Record<SchemaGroup, Record<string, Described>> = {
  events: {
    'notification.requested': {
      schema: requestSchema,
      also: {
        ...one('user_id', 'user_ids', 'topic'),
        // Stored notifications need texts; a live-only one, which a topic's always is, has nothing to acknowledge.
        if: {
          anyOf: [
            { required: ['topic'], properties: { topic: {} } },
            { required: ['store'], properties: { store: { const: false } } },
          ],
        },
        // biome-ignore lint/suspicious/noThenProperty: this is JSON Schema's `then`.
        then: { properties: { requires_ack: { const: false } } },
        else: { required: ['title', 'message'], properties: { title: {}, message: {} } },
      },
    },
    'notification.cancelled': { schema: cancellationSchema },
    'user.logged_out': { schema: logoutSchema },
  },
  'client-frames': {
    ping: { schema: z.object({ action: z.literal('ping') }) },
    ...Object.fromEntries(Object.entries(clientFrameSchemas).map(([name, schema]) => [name, { schema }])),
    ack: { schema: clientFrameSchemas.ack, also: one('notification_id', 'notification_ids') },
  },
  'server-frames': Object.fromEntries(
    // Fields may be added: a client ignores those it does not know.
    Object.entries(serverFrameSchemas).map(([name, schema]) => [name, { schema: z.looseObject(schema.shape) }]),
  ),
};

/** By group, then by name. */
export function jsonSchemas(): Record<SchemaGroup, Record<string, Json>> {
  const described = Object.entries(GROUPS).map(([group, schemas]) => [
    group,
    Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, describe(name, one)])),
  ]);
  return Object.fromEntries(described);
}

function describe(name: string, { schema, also = {} }: Described): Json {
  const { $schema, ...made } = z.toJSONSchema(schema, {
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
    override: ({ jsonSchema: part }) => {
      // A format says what its long pattern says.
      if (part.format !== undefined) delete part.pattern;
      // Named schemas would be moved aside and referred to; each file stands alone.
      delete (part as Json).id;
    },
  }) as Json;
  return { $schema, title: name, ...inlined(made), ...also };
}

function inlined({ $defs = {}, ...schema }: Json): Json {
  const resolve = (value: any): any => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    if (typeof value.$ref === 'string') return resolve($defs[value.$ref.replace('#/$defs/', '')]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  };
  return resolve(schema);
}
