// Runs the deploy rules whenever the app around a construct is synthesized, on the template as it was written.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CfnElement, type IPolicyValidationPlugin, type PolicyValidationPluginReport, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Validations } from '../validations.ts';
import { DEPLOY_RULES } from './deploy-rules.ts';
import { type Asked, type StackTemplate, stackView } from './stack-view.ts';

/**
 * An app may acknowledge a rule: `Validations.of(service).acknowledge({ id: 'Carillon::route-keys-unique', reason })`.
 */
const PLUGIN = 'Carillon';

/** Only what is below `service` is checked, whatever else is in the app. */
export function checkAtSynthesis(service: Construct, asked: Asked): void {
  const plugin: IPolicyValidationPlugin = {
    name: PLUGIN,
    ruleIds: DEPLOY_RULES.map(({ id }) => id),
    validate: ({ templatePaths }) => report(service, asked, templatePaths),
  };
  Validations.of(service).addPlugin(plugin);
}

function report(service: Construct, asked: Asked, templatePaths: string[]): PolicyValidationPluginReport {
  const stack = Stack.of(service);
  // Templates of nested stacks are not on the list, but beside the others.
  const templatePath = templatePaths.map((path) => join(dirname(path), stack.templateFile)).find(existsSync);
  if (templatePath === undefined) throw new Error(`The template ${stack.templateFile} was not written.`);
  const template = JSON.parse(readFileSync(templatePath, 'utf8')) as StackTemplate;
  const view = stackView({ template, paths: pathsBelow(service), stackName: stack.stackName, asked });
  const violations = DEPLOY_RULES.flatMap((rule) =>
    rule.check(view).map(({ logicalId, problem }) => ({
      ruleName: rule.id,
      description: `${logicalId} ${problem}. ${rule.holds}`,
      fix: `Otherwise: ${rule.otherwise}`,
      severity: 'error',
      violatingResources: [{ resourceLogicalId: logicalId, templatePath, locations: [] }],
    })),
  );
  return { success: violations.length === 0, violations };
}

/** Logical id and path of each of its resources. */
export function pathsBelow(service: Construct): Map<string, string> {
  const stack = Stack.of(service);
  const elements = service.node.findAll().filter(CfnElement.isCfnElement);
  return new Map(
    elements.map((element) => [
      stack.resolve(element.logicalId) as string,
      element.node.path.slice(service.node.path.length + 1),
    ]),
  );
}
