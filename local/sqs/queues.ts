// All queues of the stack, wired to their dead-letter queues and policies, found by URL, name or ARN.
import type { Clock } from '../clock.ts';
import type { Taps } from '../history/taps.ts';
import { checkStatements } from '../iam/evaluate.ts';
import type { Statement } from '../iam/principal.ts';
import { type KeptState, NOTHING_KEPT } from '../kept-state.ts';
import type { Resource, Stack } from '../stack.ts';
import { keptMessages } from './kept-messages.ts';
import { type MessageMoves, messageMoves } from './message-moves.ts';
import { createQueue, type Queue } from './queue.ts';
import type { StoredMessage } from './stored-message.ts';

export interface Queues {
  /** In template order. */
  readonly all: Queue[];
  byUrl(url: string): Queue | undefined;
  byName(name: string): Queue | undefined;
  byArn(arn: string): Queue | undefined;
  /** By URL, ARN or name. */
  find(reference: string): Queue | undefined;
  readonly moves: MessageMoves;
  /** The most hops any message has had since the last reset: the longest chain of functions sending to queues. */
  readonly longestChain: number;
  noteHops(hops: number): void;
  /** Empties every queue and forgets the longest chain. */
  reset(): void;
}

/** Throws naming the queue where the template asks for what is not emulated or AWS would refuse. */
export function createQueues(
  stack: Stack,
  deps: { clock: Clock; taps?: Pick<Taps, 'moved'>; kept?: KeptState; onDelete?: (queueName: string) => void },
): Queues {
  const { clock, taps, kept: state, onDelete } = deps;
  const all = stack.ofType('AWS::SQS::Queue').map((resource) => {
    const arn = resource.attributes.Arn ?? '';
    const name = resource.attributes.QueueName ?? arn.split(':').at(-1) ?? '';
    const onDeadLetter = ({ messageId }: StoredMessage, to: Queue) => taps?.moved(messageId, messageId, arn, to.arn);
    const kept = state && state !== NOTHING_KEPT ? keptMessages(state, name) : undefined;
    const { ref: url, properties = {} } = resource;
    return createQueue({
      ...{ name, url, arn, properties, clock, onDeadLetter },
      ...(kept && { kept }),
      ...(onDelete && { onDelete: () => onDelete(name) }),
    });
  });
  const byName = (name: string) => all.find((queue) => queue.name === name);
  const byArn = (arn: string) => all.find((queue) => queue.arn === arn);
  // Only the path counts: callers may reach the runtime under another host name or port.
  const byUrl = (url: string) => {
    const path = pathOf(url);
    return all.find((queue) => pathOf(queue.url) === path);
  };
  const find = (reference: string) =>
    byArn(reference) ?? (reference.includes('/') ? byUrl(reference) : byName(reference));
  for (const queue of all) queue.deadLetterQueue = deadLetterQueueOf(queue, byArn);
  for (const resource of stack.ofType('AWS::SQS::QueuePolicy')) attachPolicy(resource, find);

  let longestChain = 0;
  return {
    all,
    byUrl,
    byName,
    byArn,
    find,
    moves: messageMoves(byArn, () => all, clock, taps),
    get longestChain() {
      return longestChain;
    },
    noteHops(hops) {
      longestChain = Math.max(longestChain, hops);
    },
    reset() {
      longestChain = 0;
      for (const queue of all) queue.reset();
    },
  };
}

function deadLetterQueueOf(queue: Queue, byArn: (arn: string) => Queue | undefined): Queue | undefined {
  const { redrive } = queue.settings;
  if (!redrive) return undefined;
  const target = byArn(redrive.deadLetterTargetArn);
  if (!target) {
    throw new Error(`Queue ${queue.name}: its dead-letter queue ${redrive.deadLetterTargetArn} is not of this stack.`);
  }
  const { permission, sourceQueueArns } = target.settings.redriveAllow;
  const isAllowed = permission === 'allowAll' || (permission === 'byQueue' && sourceQueueArns.includes(queue.arn));
  if (!isAllowed)
    throw new Error(
      `Queue ${queue.name}: the RedriveAllowPolicy of ${target.name} does not let it be its dead-letter queue.`,
    );
  return target;
}

function attachPolicy({ logicalId, properties }: Resource, find: (reference: string) => Queue | undefined): void {
  const given: Statement | Statement[] = properties.PolicyDocument?.Statement ?? [];
  const statements = Array.isArray(given) ? given : [given];
  for (const reference of properties.Queues ?? []) {
    const queue = find(String(reference));
    if (!queue) throw new Error(`Queue policy ${logicalId}: the queue ${reference} is not of this stack.`);
    if (queue.resourcePolicy.length > 0) {
      throw new Error(
        `Queue ${queue.name} has two policies, ${logicalId} is the second; on AWS one overwrites the other. Make them one.`,
      );
    }
    checkStatements(statements, `the policy of queue ${queue.name}`);
    queue.resourcePolicy = statements;
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/$/, '') : url;
}
