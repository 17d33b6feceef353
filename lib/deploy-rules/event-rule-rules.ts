// Rules about EventBridge's rules: what they wait for, and what they write into a queue.
import type { DeployRule, Finding } from './deploy-rule.ts';
import { dependsOn, type OwnResource, referred, resolvedLength, type StackView } from './stack-view.ts';

const RULE = 'AWS::Events::Rule';
/** AWS limits: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const TARGETS_MAX = 5;
const PATTERN_CHARACTERS_MAX = 2_048;
/** AWS limits: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html */
const PATHS_MAX = 100;
const TEMPLATE_CHARACTERS_MAX = 8_192;
const PREDEFINED = ['rule-arn', 'rule-name', 'event', 'event.json', 'event.ingestion-time'].map(
  (one) => `aws.events.${one}`,
);

export const eventRuleRules: DeployRule[] = [
  {
    id: 'rules-wait-for-queue-policies',
    holds: 'A rule depends on the policies of its queue and of its dead-letter queue.',
    otherwise: "While the rule is live and the policy isn't, EventBridge drops events without a retry.",
    check: (stack) =>
      targets(stack).flatMap(({ logicalId, resource, target }) => {
        const queues = [target.Arn, target.DeadLetterConfig?.Arn].map(referred);
        const missing = policiesOf(stack, queues).filter((policy) => !dependsOn(resource).includes(policy));
        return missing.map((policy) => ({ logicalId, problem: `doesn't wait for ${policy}` }));
      }),
  },
  {
    id: 'rules-have-dead-letter-queues',
    holds: 'A target has a dead-letter queue.',
    otherwise: "Events that can't be delivered are dropped.",
    check: (stack) =>
      targets(stack).flatMap(({ logicalId, target }) =>
        target.DeadLetterConfig?.Arn ? [] : [{ logicalId, problem: `has no dead-letter queue for ${target.Id}` }],
      ),
  },
  {
    id: 'rule-fits',
    holds: 'A rule has at most 5 targets, and an event pattern of at most 2,048 characters.',
    otherwise: 'EventBridge refuses the rule.',
    check: (stack) =>
      stack.ofType(RULE).flatMap(({ logicalId, properties }): Finding[] => {
        const { length } = properties.Targets ?? [];
        if (length > TARGETS_MAX) return [{ logicalId, problem: `has ${length} targets` }];
        const characters = resolvedLength(properties.EventPattern);
        return characters > PATTERN_CHARACTERS_MAX ? [{ logicalId, problem: `has a pattern of ${characters}` }] : [];
      }),
  },
  {
    id: 'input-transformer-complete',
    holds:
      'An input transformer has at most 100 paths and 8,192 characters, defines each variable it uses, and writes none in quotes.',
    otherwise: 'EventBridge refuses the rule, or what it writes is no JSON and every event becomes a dead letter.',
    check: (stack) =>
      targets(stack).flatMap(({ logicalId, target }) => {
        const problem = target.InputTransformer && transformerProblem(target.InputTransformer);
        return problem ? [{ logicalId, problem }] : [];
      }),
  },
];

function transformerProblem({ InputPathsMap: paths = {}, InputTemplate: template = '' }: any): string | undefined {
  const names = Object.keys(paths);
  if (names.length > PATHS_MAX) return `has ${names.length} paths`;
  if (template.length > TEMPLATE_CHARACTERS_MAX) return `has a template of ${template.length} characters`;
  const reserved = names.find((name) => /^aws\./i.test(name));
  if (reserved) return `defines ${reserved}, a reserved name`;
  for (const [, quote, name] of template.matchAll(/("?)<([^<>]*)>/g)) {
    if (!names.includes(name) && !PREDEFINED.includes(name)) return `uses <${name}>, which it does not define`;
    if (quote) return `has quotes around <${name}>, which EventBridge writes itself`;
  }
  return undefined;
}

interface Target extends OwnResource {
  target: Record<string, any>;
}

const targets = (stack: StackView): Target[] =>
  stack.ofType(RULE).flatMap((rule) => (rule.properties.Targets ?? []).map((target: any) => ({ ...rule, target })));

/** Of the queues that the construct owns. */
export const policiesOf = (stack: StackView, queues: readonly (string | undefined)[]): string[] =>
  stack
    .ofType('AWS::SQS::QueuePolicy')
    .filter(({ properties }) =>
      [properties.Queues]
        .flat()
        .map(referred)
        .some((id) => id && queues.includes(id)),
    )
    .map(({ logicalId }) => logicalId);
