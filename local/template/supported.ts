// Holds a template against what the runtime emulates, so that nothing of it is left out unsaid.

import { dynamodbSupport } from '../aws/dynamodb-support.ts';
import { cloudwatchSupport } from '../cloudwatch/support.ts';
import { eventsSupport } from '../events/support.ts';
import { functionsSupport } from '../functions/support.ts';
import { gatewaySupport } from '../gateway/support.ts';
import { iamSupport } from '../iam/support.ts';
import { issuerSupport } from '../issuer-support.ts';
import { schedulerSupport } from '../scheduler/support.ts';
import { secretsSupport } from '../secrets/support.ts';
import { snsSupport } from '../sns/support.ts';
import { sqsSupport } from '../sqs/support.ts';
import { checkFields } from '../support/check.ts';
import type { PartSupport, TypeSupport } from '../support/rule.ts';
import { isIgnored } from '../support/rule.ts';
import { templateSupport } from './support.ts';
import type { Template, TemplateResource } from './template.ts';

/** Each part's own table, in the order of the documentation. */
export const PARTS: PartSupport[] = [
  ...[templateSupport, iamSupport, gatewaySupport, issuerSupport, eventsSupport, schedulerSupport],
  ...[sqsSupport, snsSupport, dynamodbSupport, functionsSupport, secretsSupport],
  cloudwatchSupport,
];
export const supportedTypes: Record<string, TypeSupport> = Object.assign({}, ...PARTS.map(({ types }) => types));

export interface Ignored {
  logicalId: string;
  type: string;
  /** Absent when the resource is left aside whole. */
  property?: string;
  why: string;
}
export interface Support {
  /** Any of them means that the stack would behave otherwise than on AWS: don't start. */
  problems: string[];
  /** To be listed once at the start. */
  ignored: Ignored[];
}

/** What CloudFormation itself reads beside a resource's properties. */
const RESOURCE_KEYS = [
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];
const SECTIONS = [
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions'],
  ...['Resources', 'Outputs'],
];

/** Looks at every branch of every Fn::If and at conditional resources too, whichever of them is deployed. */
export function checkSupported(template: Template): Support {
  const support: Support = { problems: [], ignored: [] };
  for (const section of Object.keys(template)) {
    if (SECTIONS.includes(section)) continue;
    support.problems.push(
      `The template's section ${section} is not emulated: CloudFormation would change the template by it.`,
    );
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) checkResource(logicalId, resource, support);
  return support;
}

function checkResource(logicalId: string, resource: TemplateResource, support: Support): void {
  const { Type: type, Properties: properties = {} } = resource;
  const known = Object.hasOwn(supportedTypes, type) ? supportedTypes[type] : undefined;
  if (!known) {
    support.problems.push(
      `${logicalId}: resources of type ${type} are not emulated. Leave it out of what is run locally, or emulate it and ` +
        'list it in the support.ts of its part.',
    );
    return;
  }
  for (const key of Object.keys(resource)) {
    if (!RESOURCE_KEYS.includes(key))
      support.problems.push(`${logicalId} (${type}): ${key} is not emulated. Remove it.`);
  }
  if (isIgnored(known)) {
    support.ignored.push({ logicalId, type, why: known.ignoredWhole });
    return;
  }
  checkFields(properties, known, '', {
    problem: (path, text) => support.problems.push(`${logicalId} (${type}): ${path} ${text}`),
    ignore: (property, why) => support.ignored.push({ logicalId, type, ...(property && { property }), why }),
  });
}
