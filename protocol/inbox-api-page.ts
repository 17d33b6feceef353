// docs/inbox-api.md: the OpenAPI document as a page, for people. Build time only.

/** The parts of a JSON schema that the documents use. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  examples?: unknown[];
  [limit: string]: unknown;
}
interface Content {
  content?: Record<string, { schema: Schema }>;
}
interface Operation {
  summary: string;
  security: Record<string, unknown>[];
  parameters?: { name: string; in: string; required: boolean; description?: string; schema: Schema }[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content & { $ref?: string; description?: string }>;
}
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Content & { description: string }> };
}

const LIMITS: Record<string, string> = {
  minimum: 'at least',
  maximum: 'at most',
  minLength: 'characters, at least',
  maxLength: 'characters, at most',
  minItems: 'items, at least',
  maxItems: 'items, at most',
  pattern: 'matches',
};
const CREDENTIALS: Record<string, string> = { jwt: "a user's access token", iam: 'IAM, a signed request' };

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);
/** Headings become anchors the way GitHub makes them. */
const link = (name: string): string => `[${name}](#${name.toLowerCase()})`;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return link(nameOf(schema.$ref));
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeOf).join(' or ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return schema.format ? `${type}, ${schema.format}` : type;
}

function limitsOf(schema: Schema): string {
  const described = Object.entries(LIMITS).flatMap(([key, words]) => {
    const value = schema[key];
    if (value === undefined || value === Number.MAX_SAFE_INTEGER || (key === 'minimum' && value === 0)) return [];
    return [`${words} ${key === 'pattern' ? `\`${value}\`` : value}`];
  });
  return [schema.description, described.join('; ')].filter(Boolean).join('. ');
}

function table(head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function fields(schema: Schema): string[] {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    `\`${name}\``,
    typeOf(field) + (required.has(name) ? '' : ', optional'),
    limitsOf(field),
  ]);
  return table(['Field', 'Type', ''], rows);
}

/** As the other documents: lines of 120 characters. */
const wrapped = (text: string): string[] => text.match(/.{1,120}(?= |$)/g)!.map((line) => line.trim());

/** The schema behind a body; none for one without JSON. */
const schemaIn = ({ content = {} }: Content): Schema | undefined => Object.values(content)[0]?.schema;

function operation(method: string, path: string, api: OpenApi, given: Operation): string[] {
  const { summary, security, parameters = [], requestBody, responses } = given;
  const credentials = security.flatMap((one) => Object.keys(one)).map((name) => CREDENTIALS[name] ?? name);
  const body = requestBody && schemaIn(requestBody);
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    '',
    ...wrapped(`${summary}. Credentials: ${credentials.join(' or ') || 'none'}.`),
    '',
    ...table(
      ['Parameter', 'Type', ''],
      parameters.map((one) => [
        `\`${one.name}\` in ${one.in}`,
        typeOf(one.schema) + (one.required ? '' : ', optional'),
        [one.description, limitsOf(one.schema)].filter(Boolean).join('. '),
      ]),
    ),
    ...(body ? [`Body: ${typeOf(body)}.`, ''] : []),
    ...table(
      ['Status', 'Answer', ''],
      Object.entries(responses).map(([status, response]) => {
        const whole = response.$ref ? api.components.responses[nameOf(response.$ref)]! : response;
        const schema = schemaIn(whole);
        return [status, schema ? typeOf(schema) : 'no body', whole.description ?? ''];
      }),
    ),
  ];
}

export function inboxApiPage(api: OpenApi): string {
  const lines = [
    '# Inbox API',
    '',
    'Every route, parameter and field of the HTTP API. Made from the schemas by `npm run openapi`: do not edit. How the',
    'parts work together, with examples: [rest.md](rest.md). The same for machines: [openapi.json](openapi.json).',
    '',
    '## Routes',
    '',
  ];
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, given] of Object.entries(methods)) lines.push(...operation(method, path, api, given));
  }
  lines.push('## Objects', '');
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    lines.push(`### ${name}`, '');
    if (schema.description) lines.push(...wrapped(schema.description), '');
    if (schema.properties) lines.push(...fields(schema));
    else lines.push(`${typeOf(schema)}.`, '');
    for (const example of schema.examples ?? []) lines.push('```json', JSON.stringify(example, null, 2), '```', '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}
