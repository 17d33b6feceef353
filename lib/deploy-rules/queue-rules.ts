// Rules about queues: who may send to them, and what reads from them.
import type { DeployRule, Finding } from './deploy-rule.ts';
import { type OwnResource, referred, resolvedLength, type StackView } from './stack-view.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
/**
 * AWS limits of a queue policy:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 */
const STATEMENTS_MAX = 20;
const POLICY_BYTES_MAX = 8_192;
/** AWS limits of a mapping: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const CONCURRENCY = { least: 2, most: 1_000 };
const BATCH_WITHOUT_WINDOW_MAX = 10;
/** What AWS asks for: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_TIMEOUTS = 6;
const RECEIVES_LEAST = 5;

export const queueRules: DeployRule[] = [
  {
    id: 'one-queue-policy-statement-for-rules',
    holds: 'A queue has one policy, with one statement for all rules: ArnLike aws:SourceArn on the rules of a bus.',
    otherwise: "SQS takes 20 statements: with a statement for each rule, the 19th mapped event can't be deployed.",
    check(stack) {
      const seen = new Set<string | undefined>();
      return stack.ofType('AWS::SQS::QueuePolicy').flatMap(({ logicalId, properties }) => {
        const queues = [properties.Queues].flat().map(referred);
        const again = queues.find((queue) => seen.has(queue));
        for (const queue of queues) seen.add(queue);
        const findings: Finding[] = again ? [{ logicalId, problem: `is a second policy of ${again}` }] : [];
        const statements: any[] = [properties.PolicyDocument?.Statement].flat();
        const forRules = statements.filter(({ Principal }) => Principal?.Service === 'events.amazonaws.com');
        if (forRules.length > 1) findings.push({ logicalId, problem: `has ${forRules.length} statements for rules` });
        const isOfBus = ({ Condition }: any) => Object.keys(Condition?.ArnLike ?? {}).join() === 'aws:SourceArn';
        if (!forRules.every(isOfBus)) findings.push({ logicalId, problem: 'names single rules, or none' });
        return findings;
      });
    },
  },
  {
    id: 'queue-policy-fits',
    holds: 'A queue policy has at most 20 statements and 8,192 bytes.',
    otherwise: 'SQS refuses the policy, and the deploy with it.',
    check: (stack) =>
      stack.ofType('AWS::SQS::QueuePolicy').flatMap(({ logicalId, properties: { PolicyDocument: document } }) => {
        const statements = [document?.Statement].flat().length;
        const bytes = resolvedLength(document);
        if (statements <= STATEMENTS_MAX && bytes <= POLICY_BYTES_MAX) return [];
        return [{ logicalId, problem: `has ${statements} statements and about ${bytes} bytes` }];
      }),
  },
  {
    id: 'mapping-role-may-consume',
    holds: "The role of a mapping's function may receive, delete and get the attributes of the queue.",
    otherwise:
      'Lambda refuses the mapping: "The provided execution role does not have permissions to call ReceiveMessage".',
    check: (stack) =>
      mappings(stack).flatMap(({ logicalId, queueId, role }) => {
        const needed = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
        const missing = needed.filter((action) => !isGranted(stack, role, action, queueId));
        return missing.length > 0 ? [{ logicalId, problem: `lacks ${missing.join(', ')}` }] : [];
      }),
  },
  {
    id: 'one-mapping-per-queue',
    holds: 'A function reads a queue through one mapping.',
    otherwise: 'Lambda refuses the second one: "An event source mapping … already exists".',
    check(stack) {
      const seen = new Set<string>();
      return mappings(stack).flatMap(({ logicalId, functionId, queueId }) => {
        const pair = `${functionId} ${queueId}`;
        if (seen.has(pair)) return [{ logicalId, problem: `is a second mapping of ${queueId} to ${functionId}` }];
        seen.add(pair);
        return [];
      });
    },
  },
  {
    id: 'mapping-settings-accepted',
    holds: 'A mapping has a maximum concurrency from 2 to 1,000, and a window where a batch has more than 10 messages.',
    otherwise: 'Lambda refuses the mapping.',
    check: (stack) =>
      mappings(stack).flatMap(({ logicalId, properties }): Finding[] => {
        const most = properties.ScalingConfig?.MaximumConcurrency;
        if (most !== undefined && !(most >= CONCURRENCY.least && most <= CONCURRENCY.most))
          return [{ logicalId, problem: `has the maximum concurrency ${most}` }];
        const needsWindow = properties.BatchSize > BATCH_WITHOUT_WINDOW_MAX;
        if (!needsWindow || properties.MaximumBatchingWindowInSeconds >= 1) return [];
        return [{ logicalId, problem: `takes ${properties.BatchSize} messages without a window` }];
      }),
  },
  {
    id: 'mapping-reports-partial-failures',
    holds: 'A mapping lets its function report single messages as failed.',
    otherwise: 'One failing message makes the whole batch be delivered again.',
    check: (stack) =>
      mappings(stack).flatMap(({ logicalId, properties }) =>
        [properties.FunctionResponseTypes ?? []].flat().includes('ReportBatchItemFailures')
          ? []
          : [{ logicalId, problem: 'reports no single failures' }],
      ),
  },
  {
    id: 'queue-outlasts-its-function',
    holds:
      "A queue's visibility timeout is at least six times the function's, and a message is received at least five times.",
    otherwise:
      'Messages are delivered again while they are being processed, or end as dead letters when Lambda throttles.',
    check: (stack) =>
      mappings(stack).flatMap(({ queueId, queue, fn }): Finding[] => {
        const least = VISIBILITY_TIMEOUTS * (fn?.Timeout ?? 3);
        const logicalId = queueId ?? '';
        if (!(queue?.VisibilityTimeout >= least))
          return [{ logicalId, problem: `hides messages for less than ${least} s` }];
        const receives = queue?.RedrivePolicy?.maxReceiveCount;
        return receives >= RECEIVES_LEAST
          ? []
          : [{ logicalId, problem: `gives a message up after ${receives} receives` }];
      }),
  },
  {
    id: 'dead-letters-outlast-their-source',
    holds: 'A dead-letter queue keeps messages longer than its source.',
    otherwise: 'SQS counts from when the message was first sent: it would expire as soon as it is dead-lettered.',
    check: (stack) =>
      stack.ofType('AWS::SQS::Queue').flatMap(({ logicalId, properties }) => {
        const deadLetters = stack.find(referred(properties.RedrivePolicy?.deadLetterTargetArn))?.Properties;
        if (!deadLetters) return [];
        const FOUR_DAYS = 345_600; // SQS's default
        const kept = deadLetters.MessageRetentionPeriod ?? FOUR_DAYS;
        const source = properties.MessageRetentionPeriod ?? FOUR_DAYS;
        return kept > source
          ? []
          : [{ logicalId, problem: `keeps messages ${source} s, its dead-letter queue ${kept} s` }];
      }),
  },
];

interface Mapping extends OwnResource {
  functionId: string | undefined;
  fn: Record<string, any> | undefined;
  role: string | undefined;
  queueId: string | undefined;
  queue: Record<string, any> | undefined;
}

function mappings(stack: StackView): Mapping[] {
  return stack.ofType(MAPPING).map((mapping) => {
    const functionId = referred(mapping.properties.FunctionName);
    const queueId = referred(mapping.properties.EventSourceArn);
    const fn = stack.find(functionId)?.Properties;
    return { ...mapping, functionId, fn, role: referred(fn?.Role), queueId, queue: stack.find(queueId)?.Properties };
  });
}

function isGranted(stack: StackView, role: string | undefined, action: string, queue: string | undefined): boolean {
  const statements = stack
    .ofType('AWS::IAM::Policy')
    .filter(({ properties }) => [properties.Roles ?? []].flat().map(referred).includes(role))
    .flatMap(({ properties }) => [properties.PolicyDocument?.Statement].flat());
  return statements.some(
    ({ Effect, Action, Resource }: any) =>
      Effect === 'Allow' &&
      [Action].flat().some((one) => one === action || one === 'sqs:*') &&
      [Resource].flat().some((one) => one === '*' || referred(one) === queue),
  );
}
