// The part of API Gateway's mapping templates (VTL) that mock integrations here use; anything else is refused at load.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html

export interface TemplateScope {
  /** `$context`: requestId, connectionId, authorizer, identity… */
  context: Record<string, unknown>;
  /** `$input.body`, and what `$input.json` reads. */
  body: string;
}

export type MappingTemplate = (scope: TemplateScope) => string;

const NAME = '[A-Za-z_][\\w]*';
const REFERENCE = new RegExp(
  `\\$context\\.(${NAME}(?:\\.${NAME})*)|\\$input\\.(body)(?![\\w.(])|\\$input\\.json\\('\\$((?:\\.${NAME})*)'\\)`,
  'g',
);

/** `where` names the resource in the error. */
export function mappingTemplate(text: string, where: string): MappingTemplate {
  const parts: ((scope: TemplateScope) => string)[] = [];
  let last = 0;
  for (const match of text.matchAll(REFERENCE)) {
    parts.push(literal(text.slice(last, match.index), where));
    const [whole, contextPath, body, jsonPath] = match;
    if (contextPath) parts.push((scope) => textOf(dig(scope.context, contextPath.split('.'))));
    else if (body) parts.push((scope) => scope.body);
    else parts.push((scope) => jsonAt(scope.body, jsonPath!.split('.').slice(1)));
    last = match.index + whole.length;
  }
  parts.push(literal(text.slice(last), where));
  return (scope) => parts.map((part) => part(scope)).join('');
}

function literal(text: string, where: string): () => string {
  const unknown = /\$[!{]*[A-Za-z][\w.]*|#[#*@{A-Za-z]\w*/.exec(text);
  if (unknown) {
    throw new Error(
      `${where}: the mapping template uses ${unknown[0]}, which the local gateway doesn't emulate.` +
        " It knows $context.…, $input.body and $input.json('$.…').",
    );
  }
  return () => text;
}

function jsonAt(body: string, path: string[]): string {
  let value: unknown;
  try {
    value = dig(JSON.parse(body), path);
  } catch {
    value = undefined; // not JSON: every path is absent
  }
  return JSON.stringify(value ?? '');
}

export function dig(value: unknown, path: string[]): unknown {
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

const textOf = (value: unknown) =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
