// Events on the service's own bus that no rule takes: they go to dispatch, which rejects them with a hint.
import { Lazy } from 'aws-cdk-lib';
import { type CfnRule, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { DETAIL_TYPES } from '../protocol/detail-type.ts';

/** What the rules of the bus take. A type with `any` source is taken whatever its source. */
export class KnownEvents {
  private readonly sources = new Map<string, Set<string> | 'any'>();

  constructor() {
    for (const type of DETAIL_TYPES) this.add(type, undefined);
  }

  add(detailType: string, source: string | undefined): void {
    const known = this.sources.get(detailType);
    if (source === undefined || known === 'any') this.sources.set(detailType, 'any');
    else this.sources.set(detailType, new Set([...(known ?? []), source]));
  }

  /** Those of other systems, which `POST /internal/events` takes as well. */
  get mappedTypes(): string[] {
    return [...this.sources.keys()].filter((type) => !(DETAIL_TYPES as readonly string[]).includes(type));
  }

  /**
   * Matches what none of them takes.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
   */
  unknownPattern(): Record<string, unknown> {
    const types = [...this.sources.keys()];
    const otherSources = [...this.sources].flatMap(([type, sources]) =>
      sources === 'any' ? [] : [{ 'detail-type': [type], source: [{ 'anything-but': [...sources] }] }],
    );
    const otherTypes = { 'detail-type': [{ 'anything-but': types }] };
    const pattern = otherSources.length === 0 ? otherTypes : { $or: [otherTypes, ...otherSources] };
    if (JSON.stringify(pattern).length <= PATTERN_MAX_CHARACTERS) return pattern;
    // Too long to name them all: a misspelt one that begins like a known one passes unseen.
    return { 'detail-type': [{ 'anything-but': { prefix: [...new Set(types.map(firstWord))] } }] };
  }
}

/** AWS limit of 2,048, less what CloudFormation may add. */
const PATTERN_MAX_CHARACTERS = 2_000;

const firstWord = (type: string): string => type.slice(0, type.indexOf('.') + 1) || type;

/** The pattern is read at synthesis, because `notifyOn` may be called later. */
export function unknownEventsRule(
  scope: Construct,
  known: KnownEvents,
  props: Pick<ConstructorParameters<typeof Rule>[2] & object, 'eventBus' | 'targets'>,
): Rule {
  const rule = new Rule(scope, 'Unknown', {
    ...props,
    description: 'Events that no rule takes are rejected, with a hint',
    eventPattern: { detailType: [...DETAIL_TYPES] },
  });
  (rule.node.defaultChild as CfnRule).eventPattern = Lazy.any({ produce: () => known.unknownPattern() });
  return rule;
}
