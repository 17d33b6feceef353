// What a rule's target receives: the event, a constant (Input), a part (InputPath) or a filled template
// (InputTransformer).
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

import { AwsError } from '../aws/aws-error.ts';
import { errorMessage } from '../error-message.ts';
import { stringifyExact } from './exact-json.ts';
import { fillTemplate, parseTemplate, type TemplateValues } from './input-template.ts';
import { compilePath, type PathReader } from './json-path.ts';

export interface TargetInput {
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate?: string };
}
export interface InputContext {
  ruleArn: string;
  ruleName: string;
  /** When the bus received the event, ISO 8601. */
  ingestionTime: string;
}
/** Throws AwsError INVALID_JSON where the filled template is not JSON: AWS then delivers nothing. */
export type TargetText = (event: Record<string, unknown>, context: InputContext) => string;

// AWS's limits. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
const MAX_VARIABLES = 100;
const MAX_NAME_CHARACTERS = 256;
const MAX_PATH_CHARACTERS = 256;

/** `where` names the target in the ValidationException that a wrong configuration gets. */
export function compileInput(target: TargetInput, where: string): TargetText {
  const given = [target.Input, target.InputPath, target.InputTransformer].filter((value) => value !== undefined);
  if (given.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${where}.`);
  if (target.Input !== undefined) return constant(target.Input, where);
  if (target.InputPath !== undefined) {
    const read = reader(target.InputPath, `Invalid InputPath for target ${where}`);
    return (event) => stringifyExact(read(event) ?? null);
  }
  if (target.InputTransformer !== undefined) return transformer(target.InputTransformer, where);
  return stringifyExact;
}

function constant(input: string, where: string): TargetText {
  try {
    JSON.parse(input);
  } catch (error) {
    throw invalid(`JSON syntax error in input for target ${where}: ${errorMessage(error)}`);
  }
  return () => input;
}

function transformer(
  { InputPathsMap = {}, InputTemplate }: NonNullable<TargetInput['InputTransformer']>,
  where: string,
): TargetText {
  if (!InputTemplate) throw invalid(`InputTransformer of target ${where} has no InputTemplate`);
  const names = Object.keys(InputPathsMap);
  if (names.length > MAX_VARIABLES)
    throw invalid(`InputPathsMap of target ${where} has ${names.length} variables; at most ${MAX_VARIABLES}`);
  const readers = Object.entries(InputPathsMap).map(([name, path]) => {
    if (/^aws\./i.test(name))
      throw invalid(`InputPathsMap of target ${where}: "${name}" is reserved, names can't start with AWS.`);
    if (!/^[\w-]+$/.test(name) || name.length > MAX_NAME_CHARACTERS) {
      throw invalid(
        `InputPathsMap of target ${where}: "${name}" must be 1–${MAX_NAME_CHARACTERS} letters, digits, _ or -`,
      );
    }
    if (path.length > MAX_PATH_CHARACTERS)
      throw invalid(`InputPathsMap of target ${where}: the path of "${name}" is too long`);
    return [name, reader(path, `InputPathsMap of target ${where}, "${name}"`)] as const;
  });
  const template = parseTemplate(InputTemplate, new Set([...names, ...PREDEFINED]), where);
  return (event, context) => {
    const values: TemplateValues = new Map(readers.map(([name, read]) => [name, read(event)]));
    values.set('aws.events.rule-arn', context.ruleArn);
    values.set('aws.events.rule-name', context.ruleName);
    values.set('aws.events.event.ingestion-time', context.ingestionTime);
    values.set('aws.events.event.json', event);
    values.set('aws.events.event', withoutDetail(event));
    return fillTemplate(template, values);
  };
}

const PREDEFINED = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event.json',
  'aws.events.event',
];

/**
 * `<aws.events.event>` is documented as the event without `detail`. Recordings of the service show these names in this
 * order, `detailType` in camel case among them.
 * https://github.com/localstack/localstack/blob/main/tests/aws/services/events/test_events_inputs.snapshot.json
 */
function withoutDetail(event: Record<string, unknown>): Record<string, unknown> {
  const { id, account, time, source, region, resources, version } = event;
  return { id, account, detailType: event['detail-type'], time, source, region, resources, version };
}

function reader(path: string, where: string): PathReader {
  try {
    return compilePath(path);
  } catch (error) {
    throw invalid(`${where}: ${errorMessage(error)}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
