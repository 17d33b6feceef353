// The dispatch queue as a target of rules, and the JSON that a rule's input transformer writes into it.
import { type IRule, type IRuleTarget, RuleTargetInput, type RuleTargetInputProperties } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** When the bus accepted the event. EventBridge writes the quotes, as it does for paths. */
export const INGESTION_TIME = '<aws.events.event.ingestion-time>';

/**
 * Unlike CDK's own target this one adds nothing to the queues' policies: SQS takes 20 statements a policy (AWS limit),
 * and CDK would add one for every rule. The policies allow every rule of a bus instead: `Intake.allowRulesOf`.
 */
export function queueTarget(
  queues: { queue: Queue; deadLetterQueue: Queue },
  message: Record<string, unknown>,
  messageGroupId?: string,
): IRuleTarget {
  return {
    bind: () => ({
      ...(messageGroupId !== undefined && { sqsParameters: { messageGroupId } }),
      arn: queues.queue.queueArn,
      deadLetterConfig: { arn: queues.deadLetterQueue.queueArn },
      input: new EventMessage(message),
      targetResource: queues.queue,
    }),
  };
}

/** JSON in which every text that is a path, or `INGESTION_TIME`, is replaced by the value of the event. */
class EventMessage extends RuleTargetInput {
  private readonly message: Record<string, unknown>;

  constructor(message: Record<string, unknown>) {
    super();
    this.message = message;
  }

  override bind(_rule: IRule): RuleTargetInputProperties {
    const names = new Map<string, string>();
    const inputTemplate = written(this.message, (path) => {
      const name = names.get(path) ?? `v${names.size + 1}`;
      names.set(path, name);
      return name;
    });
    return { inputTemplate, inputPathsMap: Object.fromEntries([...names].map(([path, name]) => [name, path])) };
  }
}

function written(value: unknown, nameOf: (path: string) => string): string {
  if (value === INGESTION_TIME) return INGESTION_TIME;
  if (typeof value === 'string') return value.startsWith('$.') ? `<${nameOf(value)}>` : text(value);
  if (Array.isArray(value)) return `[${value.map((item) => written(item, nameOf)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([name, item]) => `${text(name)}:${written(item, nameOf)}`).join(',')}}`;
}

/** EventBridge reads `<name>` as a variable wherever it is, so a `<` of the text is written as its JSON escape. */
const text = (value: string): string => JSON.stringify(value).replaceAll('<', '\\u003c');
