// The form as code: curl, the AWS CLI, TypeScript, Python.
import { type Draft, detailJson, detailOf } from './draft.ts';

export const LANGUAGES = [
  ['curl', 'curl'],
  ['cli', 'CLI'],
  ['typescript', 'TypeScript'],
  ['python', 'Python'],
] as const;
export type Language = (typeof LANGUAGES)[number][0];

/** Lines, so that the one with an invalid field can be marked. */
export function codeFor(
  language: Language,
  draft: Draft,
  outputs: Record<string, string>,
  nowMs = Date.now(),
): string[] {
  switch (language) {
    case 'curl':
      return curl(draft, outputs, nowMs);
    case 'cli':
      return cli(draft, outputs, nowMs);
    case 'typescript':
      return typescript(draft, outputs, nowMs);
    case 'python':
      return python(draft, outputs, nowMs);
  }
}

function curl(draft: Draft, outputs: Record<string, string>, nowMs: number): string[] {
  const entries = `{"entries":[{"detail_type":"notification.requested","detail":${compact(draft, nowMs)}}]}`;
  return [
    'curl --fail --silent \\',
    `  --aws-sigv4 "aws:amz:${outputs.region}:execute-api" \\`,
    `  --user ${outputs.aws_access_key_id}:${outputs.aws_secret_access_key} \\`,
    "  --header 'content-type: application/json' \\",
    `  --data ${quoted(entries)} \\`,
    `  ${outputs.http_url}/internal/events`,
  ];
}

function cli(draft: Draft, outputs: Record<string, string>, nowMs: number): string[] {
  const entry = {
    EventBusName: outputs.event_bus_name,
    Source: 'my.app',
    DetailType: 'notification.requested',
    Detail: compact(draft, nowMs),
  };
  return [
    `export AWS_ACCESS_KEY_ID=${outputs.aws_access_key_id}`,
    `export AWS_SECRET_ACCESS_KEY=${outputs.aws_secret_access_key}`,
    `export AWS_DEFAULT_REGION=${outputs.region}`,
    `aws --endpoint-url ${outputs.aws_endpoint_url} events put-events \\`,
    `  --entries ${quoted(JSON.stringify([entry]))}`,
  ];
}

function typescript(draft: Draft, outputs: Record<string, string>, nowMs: number): string[] {
  return [
    'import { EventBridgeClient, PutEventsCommand }',
    "  from '@aws-sdk/client-eventbridge'",
    '',
    `const detail = ${literal(draft, nowMs, 'typescript')}`,
    '',
    'await new EventBridgeClient().send(new PutEventsCommand({',
    '  Entries: [{',
    `    EventBusName: '${outputs.event_bus_name}',`,
    "    Source: 'my.app',",
    "    DetailType: 'notification.requested',",
    '    Detail: JSON.stringify(detail),',
    '  }],',
    '}))',
  ].flatMap((line) => line.split('\n'));
}

function python(draft: Draft, outputs: Record<string, string>, nowMs: number): string[] {
  return [
    'import boto3, json',
    '',
    `detail = ${literal(draft, nowMs, 'python')}`,
    '',
    'boto3.client("events").put_events(Entries=[{',
    `    "EventBusName": "${outputs.event_bus_name}",`,
    '    "Source": "my.app",',
    '    "DetailType": "notification.requested",',
    '    "Detail": json.dumps(detail),',
    '}])',
  ].flatMap((line) => line.split('\n'));
}

/** Each field on its line, in the language's own notation; a payload that is no JSON as it was typed. */
function literal(draft: Draft, nowMs: number, language: 'typescript' | 'python'): string {
  const fields = Object.entries(detailOf(draft, nowMs)).map(
    ([name, value]) => `${key(name, language)}: ${notation(value, language)},`,
  );
  const payload = draft.payload.trim();
  if (payload !== '')
    fields.push(`${key('payload', language)}: ${pythonWords(payload, language).replaceAll('\n', '\n  ')},`);
  return `{\n${fields.map((field) => `  ${field}`).join('\n')}\n}`;
}

const key = (name: string, language: string) => (language === 'python' ? `"${name}"` : name);

function notation(value: unknown, language: 'typescript' | 'python'): string {
  const text = JSON.stringify(value);
  if (language === 'typescript' && typeof value === 'string')
    return `'${text.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  return pythonWords(text, language);
}

function pythonWords(json: string, language: string): string {
  if (language !== 'python') return json;
  const words: Record<string, string> = { true: 'True', false: 'False', null: 'None' };
  return json.replace(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (token) => words[token] ?? token);
}

/** For a shell: within single quotes only the quote itself needs care. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function compact(draft: Draft, nowMs: number): string {
  const text = detailJson(draft, nowMs);
  try {
    JSON.parse(text);
    // Numbers stay as they are written, so the text is kept and only its line breaks go.
    return text.replace(/\n\s*/g, '');
  } catch {
    return text;
  }
}
