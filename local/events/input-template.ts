// The template language of InputTransformer: where a placeholder may stand and how its value is written there.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

import { AwsError } from '../aws/aws-error.ts';
import { errorMessage } from '../error-message.ts';
import { stringifyExact } from './exact-json.ts';

export type TemplateValues = Map<string, unknown>;
type Piece = string | { name: string; quoted: boolean };
export interface Template {
  /** A template of quoted lines is text and goes out as it is filled; any other is JSON and goes out minified. */
  kind: 'text' | 'json';
  pieces: Piece[];
}

/** AWS's limit. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const MAX_TEMPLATE_CHARACTERS = 8192;

export function parseTemplate(source: string, known: ReadonlySet<string>, where: string): Template {
  if (source.length > MAX_TEMPLATE_CHARACTERS) {
    throw invalid(
      `InputTemplate for target ${where} has ${source.length} characters; at most ${MAX_TEMPLATE_CHARACTERS}.`,
    );
  }
  const kind = source.trimStart().startsWith('"') ? 'text' : 'json';
  const pieces = split(source);
  for (const piece of pieces) {
    if (typeof piece !== 'string' && !known.has(piece.name)) {
      throw invalid(`InputTemplate for target ${where} contains invalid placeholder ${piece.name}.`);
    }
  }
  checkShape(pieces, kind, where);
  return { kind, pieces };
}

/** Cuts the source at its placeholders, keeping track of whether each is inside a JSON string. */
function split(source: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let quoted = false;
  for (let index = 0; index < source.length; index++) {
    const placeholder = source[index] === '<' ? /^<([\w.-]+)>/.exec(source.slice(index, index + 300)) : null;
    if (placeholder) {
      pieces.push(literal, { name: placeholder[1]!, quoted });
      literal = '';
      index += placeholder[0].length - 1;
      continue;
    }
    literal += source[index];
    if (source[index] === '\\' && quoted) literal += source[++index] ?? '';
    else if (source[index] === '"') quoted = !quoted;
  }
  pieces.push(literal);
  return pieces;
}

/** With a stand-in for every placeholder, a template must read as JSON: one value, or lines of quoted text. */
function checkShape(pieces: Piece[], kind: Template['kind'], where: string): void {
  const sample = pieces
    .map((piece) => (typeof piece === 'string' ? piece : piece.quoted ? '\uE000' : '"\uE000"'))
    .join('');
  if (/\uE000(?:[^"\\]|\\.)*"\s*:/.test(sample)) {
    throw invalid(`InputTemplate for target ${where} uses a placeholder as an object key, which AWS does not allow.`);
  }
  const parts = kind === 'text' ? (sample.match(/"(?:[^"\\]|\\.)*"|[^\s"]+|"/g) ?? []) : [sample];
  for (const part of parts) {
    try {
      JSON.parse(part.replaceAll('\uE000', 'x'));
    } catch (error) {
      throw invalid(
        `Invalid InputTemplate for target ${where}: ${errorMessage(error)}. Text must be in quotes, anything else JSON.`,
      );
    }
  }
}

/**
 * Unquoted, a value is written as JSON, so strings bring their quotes and escapes; a missing one is `""`. Inside quotes
 * a string is written raw: "EventBridge doesn't escape values extracted by Input Path". Objects and arrays inside a
 * quoted text lose their quote marks; inside a string of a JSON template they keep them, which breaks the JSON. (The
 * last two and the missing value as recorded from the service:
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/events/test_events_inputs.snapshot.json)
 */
export function fillTemplate({ kind, pieces }: Template, values: TemplateValues): string {
  const filled = pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    const value = values.get(piece.name);
    if (!piece.quoted) return stringifyExact(value ?? (value === null ? null : ''));
    if (value === undefined) return '';
    if (typeof value === 'string') return value;
    const json = stringifyExact(value);
    return kind === 'text' ? json.replaceAll('"', '') : json;
  });
  return kind === 'text' ? filled.join('') : minify(filled.join(''));
}

function minify(json: string): string {
  try {
    JSON.parse(json);
  } catch (error) {
    throw new AwsError(
      'INVALID_JSON',
      `The filled InputTemplate is not JSON: ${errorMessage(error)}. Values inside quotes are not escaped; leave the quotes away.`,
    );
  }
  // Not JSON.stringify(JSON.parse(…)), which would change long numbers and the order of number-like keys.
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
