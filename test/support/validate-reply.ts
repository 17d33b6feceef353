// Holds a REST reply against docs/openapi.json.
import { readFileSync } from 'node:fs';
import * as z from 'zod';

type Json = Record<string, any>;

const document: Json = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
const compiled = new Map<string, z.ZodType>();

export interface ReplyToValidate {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Throws when the operation, the status or the content type is not documented, or the body is not as documented. */
export function validateReply(method: string, path: string, reply: ReplyToValidate): void {
  const { pathname } = new URL(path, 'http://localhost');
  const template = Object.keys(document.paths).find(
    (known) => isOf(known, pathname) && document.paths[known][method.toLowerCase()],
  );
  if (template === undefined) throw new Error(`docs/openapi.json has no ${method} ${pathname}.`);
  const where = `${method} ${template} ${reply.status}`;
  const documented = resolved(document.paths[template][method.toLowerCase()].responses[reply.status]);
  if (!documented) throw new Error(`docs/openapi.json has no ${where}: ${JSON.stringify(reply.body)}`);
  if (!documented.content) {
    if (reply.body) throw new Error(`${where} has a body, and docs/openapi.json says it has none.`);
    return;
  }
  const type = reply.headers.get('content-type')?.split(';')[0] ?? 'none';
  const content = documented.content[type];
  if (!content) throw new Error(`docs/openapi.json: ${where} is not answered as ${type}.`);
  const result = schemaOf(`${where} ${type}`, content.schema).safeParse(reply.body);
  if (!result.success) throw new Error(`${where} is not as documented: ${z.prettifyError(result.error)}`);
}

/** Errors are described once, and referred to. */
const resolved = (response?: Json): Json | undefined =>
  response?.$ref ? document.components.responses[response.$ref.split('/').at(-1)] : response;

/** Static paths win over `{id}`, and stand first in the document. */
function isOf(template: string, pathname: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
}

function schemaOf(name: string, schema: Json): z.ZodType {
  let found = compiled.get(name);
  if (!found) {
    const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
    found = z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
    compiled.set(name, found);
  }
  return found;
}
