// The app as `cdk synth` makes it, in process and with what the command line would be given; no credentials, no
// look-ups.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { NotificationStack } from '../../lib/notification-stack.ts';
import { readStage, SETTINGS_CONTEXT, type Settings } from '../../lib/settings.ts';

const CDK_JSON = fileURLToPath(new URL('../../cdk.json', import.meta.url));
const { context: ofProject } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> };

/** One for each of vitest's workers, written over again and again. */
export const OUT_DIR = fileURLToPath(
  new URL(`../../.carillon/synth-test-${process.env.VITEST_POOL_ID ?? 0}`, import.meta.url),
);
export const VALIDATION = '@aws-cdk/core:validateAgainstDefaultRules';

/** Not synthesized yet: plugins may be added. */
export function appWith(
  settings: Settings = {},
  context: Record<string, unknown> = {},
): { app: App; stack: NotificationStack } {
  const app = new App({
    context: {
      ...ofProject,
      // Assets are not copied: what is in them has tests of its own.
      'aws:cdk:disable-asset-staging': true,
      'aws:cdk:enable-path-metadata': true,
      [SETTINGS_CONTEXT]: settings,
      ...context,
    },
    outdir: OUT_DIR,
    analyticsReporting: false,
  });
  const { stackName, ...stage } = readStage(app.node);
  const stack = new NotificationStack(app, stackName, { ...stage, description: 'Carillon: real-time notifications' });
  return { app, stack };
}

const templates = new Map<string, Template>();

/** Without the template validation, which has a test of its own and takes seconds to load. */
export function templateWith(settings: Settings = {}): Template {
  const key = JSON.stringify(settings);
  let template = templates.get(key);
  if (!template) {
    template = Template.fromStack(appWith(settings, { [VALIDATION]: false }).stack);
    templates.set(key, template);
  }
  return template;
}

export interface TemplateResource {
  Type: string;
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** Logical id and resource of everything of these types. */
export function resourcesOf(template: Template, ...types: string[]): [string, TemplateResource][] {
  const all = Object.entries(template.toJSON().Resources as Record<string, TemplateResource>);
  return all.filter(([, { Type }]) => types.includes(Type));
}
