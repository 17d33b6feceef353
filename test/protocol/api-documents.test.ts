// docs/openapi.json, docs/asyncapi.json and docs/schemas are what the schemas say, and pass Redocly's linter.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiDocuments } from '../../protocol/api-documents.ts';
import { clientFrameSchemas } from '../../protocol/client-frame.ts';
import { jsonSchemas } from '../../protocol/json-schemas.ts';
import { openApiDocument } from '../../protocol/openapi-document.ts';
import { EXAMPLES } from '../../protocol/openapi-examples.ts';
import { requestSchema } from '../../protocol/request.ts';
import { blocks, readDocument } from '../docs/markdown.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const ajv = new Ajv2020({
  strict: false,
  formats: { uuid: /^[0-9a-f-]{36}$/, 'date-time': (text) => !Number.isNaN(Date.parse(text)) },
});
const made = apiDocuments();
const schemas = jsonSchemas();

describe('the documents', () => {
  it.each([...made.keys()])('docs/%s is not stale: npm run openapi writes it', (path) => {
    expect(readFileSync(DOCS + path, 'utf8') === made.get(path), `npm run openapi`).toBe(true);
  });

  it('are all there are', () => {
    const files = readdirSync(`${DOCS}schemas`, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json'),
    );
    expect(files.map((name) => `schemas/${name}`).sort()).toEqual(
      [...made.keys()].filter((name) => name.startsWith('schemas/')).sort(),
    );
  });

  it.each(['openapi.json', 'asyncapi.json'])('%s has no problem by Redocly’s recommended rules', async (name) => {
    // Off: it knows no `required` beside the `properties` of an outer schema, which is how JSON Schema says `one of`.
    const rules = { 'no-required-schema-properties-undefined': 'off' } as const;
    const config = await createConfig({ extends: ['recommended'], rules });
    const problems = await lint({ ref: DOCS + name, config });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual(
      [],
    );
  });

  it('the linter sees a mistake', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lint({ ref: fileURLToPath(new URL('mistaken-openapi.json', import.meta.url)), config });
    expect(problems.map(({ ruleId }) => ruleId)).toContain('no-empty-servers');
  });
});

describe('docs/openapi.json', () => {
  const document = openApiDocument();

  it('has an example of every named schema, which the schema accepts', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(Object.keys(document.components.schemas).sort());
    for (const [name, example] of Object.entries(EXAMPLES)) {
      const text = JSON.stringify({ ...document.components.schemas[name], $defs: document.components.schemas });
      const schema = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/'));
      expect(ajv.validate(schema, example), `${name}: ${ajv.errorsText()}`).toBe(true);
    }
  });

  it('describes each error once, in one shape', () => {
    const used = Object.values<any>(document.paths).flatMap((path) =>
      Object.values<any>(path).flatMap(({ responses }) =>
        Object.entries<any>(responses).filter(([status]) => Number(status) >= 400),
      ),
    );
    expect(used.length).toBeGreaterThan(40);
    for (const [, response] of used) expect(Object.keys(response)).toEqual(['$ref']);
    for (const response of Object.values<any>(document.components.responses)) {
      expect(response.content['application/problem+json'].schema).toEqual({ $ref: '#/components/schemas/Problem' });
    }
  });

  it('has booleans as booleans and numbers as numbers in queries', () => {
    const parameters = document.paths['/api/v2/notifications'].get.parameters;
    const typeOf = (name: string) => parameters.find((one: { name: string }) => one.name === name).schema;
    expect(typeOf('is_read')).toEqual({ type: 'boolean' });
    expect(typeOf('size')).toMatchObject({ type: 'integer', minimum: 1, maximum: 100 });
  });
});

describe('docs/schemas', () => {
  const document = readDocument('docs/protocol.md');
  const examples = blocks(document).filter(({ language }) => language === 'json');
  const accepts = (schema: AnySchema, value: unknown) => ajv.validate(schema, value);

  it.each(Object.keys(schemas.events))('accepts the documented %s', (name) => {
    // That there is one of each is held by the document's own test.
    const documented = examples.filter(({ label }) => label === name);
    for (const { text } of documented) expect(accepts(schemas.events[name]!, JSON.parse(text)), text).toBe(true);
  });

  it.each([
    ['client', 'client-frames', 'action'],
    ['server', 'server-frames', 'type'],
  ] as const)('accepts every documented frame from the %s', (label, group, field) => {
    for (const { text } of examples.filter((example) => example.label === label)) {
      const frame = JSON.parse(text);
      expect(accepts(schemas[group][frame[field]]!, frame), text).toBe(true);
    }
  });

  it('leaves room for fields to come in frames from the server, and none in what is sent', () => {
    expect(accepts(schemas['server-frames'].pong!, { type: 'pong', ts: 1 })).toBe(true);
    expect(accepts(schemas.events['user.logged_out']!, { user_id: 'alice', reason: 'x' })).toBe(false);
  });

  it('is complete: no file refers to another', () => {
    for (const text of made.values()) {
      if (text.includes('"asyncapi"') || text.includes('"openapi"')) continue;
      expect(text).not.toContain('"$ref"');
    }
  });

  it('refuses what the parser refuses, as far as JSON Schema can say it', () => {
    const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: undefined, freq });
    const text = fc.constantFrom('x', 'x', 'x', 'x', '', 'x'.repeat(256));
    const id = fc.constantFrom('alice', 'alice', 'a b');
    const request = fc.record({
      user_id: maybe(id),
      user_ids: maybe(fc.array(id, { maxLength: 2 }), 1),
      topic: maybe(fc.constantFrom('chat:42', 'Not a topic'), 1),
      title: maybe(text),
      message: maybe(text),
      notification_type: maybe(fc.constantFrom('system', 'system', 'system', '', 'a b'), 10),
      priority: maybe(fc.constantFrom('high', 'urgent'), 1),
      store: maybe(fc.boolean()),
      requires_ack: maybe(fc.boolean()),
      unknown: fc.constantFrom(undefined, undefined, undefined, 1),
    });
    let accepted = 0;
    fc.assert(
      fc.property(request, (fields) => {
        const value = JSON.parse(JSON.stringify(fields));
        const isValid = requestSchema.safeParse(value).success;
        if (isValid) accepted++;
        expect(accepts(schemas.events['notification.requested']!, value)).toBe(isValid);
      }),
      { numRuns: 2_000, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(0);
    for (const frame of [{ action: 'ack' }, { action: 'ack', notification_id: 'x' }, { action: 'sync', since: 7 }]) {
      const name = frame.action as 'ack' | 'sync';
      expect(clientFrameSchemas[name].safeParse(frame).success).toBe(false);
      expect(accepts(schemas['client-frames'][name]!, frame)).toBe(false);
    }
  });
});
