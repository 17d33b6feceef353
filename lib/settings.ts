// The settings of a stage, `config/<stage>.json`: one object, checked as a whole, chosen by `npx cdk deploy -c
// stage=dev`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import * as z from 'zod';
import { FUNCTION_NAMES } from './function-maximums.ts';
import { LIMIT_NAMES } from './limits.ts';
import type { NotificationServiceProps } from './notification-service.ts';
import { settingsProblem } from './settings-problem.ts';

const throttleSchema = z.strictObject({ ratePerSecond: z.number(), burst: z.number() });
const onEachFunction = Object.fromEntries(FUNCTION_NAMES.map((name) => [name, z.number().optional()]));
const onEachLimit = Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.number().optional()]));

/**
 * What kind of value each setting has. What the values must be is checked by the construct, which apps use without this
 * file.
 */
export const settingsSchema = z.strictObject({
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'must be letters, digits and hyphens, and begin with a letter')
    .optional(),
  issuer: z.string().optional(),
  audience: z.union([z.string(), z.array(z.string())]).optional(),
  acceptUntypedTokens: z.boolean().optional(),
  acceptTokensInUrls: z.boolean().optional(),
  allowedOrigins: z.array(z.string()).optional(),
  organisationInboxes: z.boolean().optional(),
  groupField: z.string().optional(),
  retentionDays: z.number().optional(),
  archiveDays: z.number().optional(),
  postsPerSecond: z.number().optional(),
  pushApplications: z
    .strictObject({
      fcm: z.string().optional(),
      apns: z.string().optional(),
      apns_sandbox: z.string().optional(),
    })
    .optional(),
  webPush: z.strictObject({ contact: z.string() }).optional(),
  presets: z.array(z.string()).optional(),
  webSocketAccessLogs: z.boolean().optional(),
  maxConcurrency: z.strictObject({ dispatch: z.number().optional(), fanout: z.number().optional() }).optional(),
  memorySizeMb: z.strictObject(onEachFunction).optional(),
  tracing: z.boolean().optional(),
  limits: z.strictObject(onEachLimit).optional(),
  throttle: z.strictObject({ webSocket: throttleSchema.optional(), http: throttleSchema.optional() }).optional(),
  alarmTopicArn: z
    .string()
    .regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, 'must be the ARN of an SNS topic')
    .optional(),
  runbookUrl: z.string().optional(),
  keepData: z.boolean().optional(),
  deletionProtection: z.boolean().optional(),
});
export type Settings = z.infer<typeof settingsSchema>;
export const SETTING_NAMES = Object.keys(settingsSchema.shape);

export interface Stage {
  stackName: string;
  presets: string[];
  alarmTopicArn?: string;
  service: NotificationServiceProps;
}

/** What the local runtime and the tests give in place of a file. */
export const SETTINGS_CONTEXT = 'carillon:settings';
const CONFIG = fileURLToPath(new URL('../config/', import.meta.url));
const DEFAULT_STAGE = 'production';
/** Names that were once given by `-c`, beside those of the settings. */
const FORMER_FLAGS: Record<string, string> = {
  pushFcm: 'pushApplications',
  pushApns: 'pushApplications',
  pushApnsSandbox: 'pushApplications',
};

export function readStage(node: Node, configFolder = CONFIG): Stage {
  const stage = stageName(node.tryGetContext('stage'));
  const file = `config/${stage}.json`;
  refuseFlags(node, file);
  const given: unknown = node.tryGetContext(SETTINGS_CONTEXT) ?? readFile(configFolder, stage);
  const settings = settingsSchema.safeParse(given);
  if (!settings.success) throw new Error(`${file}: ${settingsProblem(settings.error, given, SETTING_NAMES)}`);
  const { stackName, presets = [], keepData, alarmTopicArn, ...service } = settings.data;
  if (keepData === false && service.deletionProtection === true) {
    throw new Error(
      `${file}: "deletionProtection": true keeps what "keepData": false is to delete. Remove one of them.`,
    );
  }
  return {
    // One stack for each stage: a deploy without `-c stage` must not turn the stack of another stage into this one.
    stackName: stackName ?? (stage === DEFAULT_STAGE ? 'Carillon' : `Carillon-${stage}`),
    presets,
    ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    service: withoutUndefined({
      ...service,
      removalPolicy: keepData === false ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    }),
  };
}

function stageName(given: unknown): string {
  if (given === undefined) return DEFAULT_STAGE;
  if (typeof given === 'string' && /^[a-z][a-z0-9-]{0,30}$/.test(given)) return given;
  throw new Error(`-c stage=${given}: a stage is named with small letters, digits and hyphens, such as dev.`);
}

/**
 * A setting given once by `-c` would be gone with the next deploy that forgets it, an identity provider for instance.
 */
function refuseFlags(node: Node, file: string): void {
  for (const name of [...SETTING_NAMES, ...Object.keys(FORMER_FLAGS)]) {
    if (node.tryGetContext(name) === undefined) continue;
    const setting = FORMER_FLAGS[name] ?? name;
    throw new Error(`-c ${name} is not read: write "${setting}" into ${file}, where the next deploy finds it too.`);
  }
}

function readFile(folder: string, stage: string): unknown {
  const path = join(folder, `${stage}.json`);
  if (!existsSync(path)) {
    const known = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const stages = known.map((name) => name.replace(/\.json$/, '')).join(', ');
    throw new Error(
      `There is no stage "${stage}": write config/${stage}.json, {} for the defaults, or use -c stage= with one of ${stages}.`,
    );
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`config/${stage}.json is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** Properties that are left out, not undefined: the construct's types distinguish them. */
function withoutUndefined(service: object): NotificationServiceProps {
  const clean = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .filter(([, item]) => item !== undefined)
            .map(([name, item]) => [name, clean(item)]),
        );
  return clean(service) as NotificationServiceProps;
}
