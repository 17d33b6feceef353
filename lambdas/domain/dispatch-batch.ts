// A batch of the dispatch queue: each message by itself, one user's in order, and all within the time the function has.
import { withDeadline } from './deadline.ts';
import { newBatch } from './delivery/batch.ts';
import { joinDigests, type Waiting } from './delivery/gather.ts';
import type { ReceivedMessage } from './delivery/ports.ts';
import { type DispatchDeps, dispatchMessage } from './dispatch-message.ts';
import { type FailureDeps, handleFailure, putBack } from './failed-message.ts';
import { forEachBounded } from './model/for-each-bounded.ts';
import { OutOfTime } from './model/out-of-time.ts';
import { unpacked } from './schedule/task-pack.ts';
import { groupInOrder } from './user-groups.ts';

/** Our choice: a delivery takes milliseconds, and a few seconds where services are slow. */
export const MESSAGE_MAX_MS = 8_000;
/**
 * A message that is out of time waits for the call it has under way, and then notes what it has done: see CALL_MAX_MS.
 */
const FINISH_MAX_MS = 11_000;
/** Our choice: for the answer to Lambda, and for clocks that differ. */
const SPARE_MS = 2_000;
/** With less time left than this, no message is begun. */
export const NEEDED_MS = MESSAGE_MAX_MS + FINISH_MAX_MS + SPARE_MS;

/** Our choice: of up to a hundred tasks in a batch, the first are done long before the last. */
const AT_ONCE = 20;

export type DispatchBatchDeps = DispatchDeps & FailureDeps & { retentionDays: number };

/** Gives the ids (of receives, not of messages put back) that stay on the queue. */
export async function dispatchBatch(
  deps: DispatchBatchDeps,
  messages: readonly ReceivedMessage[],
  endsAtMs: number,
): Promise<string[]> {
  const batch = newBatch(deps, deps.retentionDays);
  const stay = new Set<string>();
  const failed = async (message: ReceivedMessage, error: unknown): Promise<void> => {
    const outcome =
      error instanceof OutOfTime ? await putBack(deps, message, 'begun') : await handleFailure(deps, message, error);
    if (outcome === 'stays') stay.add(message.receivedAs);
  };
  /** What the message leaves to be added to digests; undefined where it failed. */
  const serve = async (message: ReceivedMessage): Promise<Waiting[] | undefined> => {
    const nowMs = deps.clock.now();
    if (endsAtMs - nowMs < NEEDED_MS) {
      if ((await putBack(deps, message, 'not_begun')) === 'stays') stay.add(message.receivedAs);
      return undefined;
    }
    const waiting: Waiting[] = [];
    try {
      const isLastTry = message.receiveCount >= deps.maxReceives;
      const one = { ...message, isLastTry };
      await dispatchMessage(withDeadline(deps, nowMs + MESSAGE_MAX_MS), { ...batch, waiting }, one);
      return waiting;
    } catch (error) {
      await failed(message, error);
      return undefined;
    }
  };
  const groups = groupInOrder(messages.flatMap(partsOf), userOrMessage);
  await forEachBounded(groups, AT_ONCE, async (ofUser) => {
    const left: { message: ReceivedMessage; waiting: Waiting[] }[] = [];
    for (const message of ofUser) {
      const waiting = await serve(message);
      if (waiting !== undefined && waiting.length > 0) left.push({ message, waiting });
    }
    if (left.length === 0) return;
    try {
      const joinEndsAtMs = Math.min(deps.clock.now() + MESSAGE_MAX_MS, endsAtMs - FINISH_MAX_MS - SPARE_MS);
      await joinDigests(
        withDeadline(deps, joinEndsAtMs),
        left.flatMap(({ waiting }) => waiting),
      );
    } catch (error) {
      for (const { message } of left) await failed(message, error);
    }
  });
  return [...stay];
}

/** Tasks that came in one message are from here on messages of their own. */
function partsOf(message: ReceivedMessage): ReceivedMessage[] {
  const bodies = unpacked(message.body);
  return bodies?.map((body, at) => ({ ...message, id: `${message.id}/${at}`, body, isPart: true })) ?? [message];
}

/** Messages that name the same user follow one another, so that each frame's unread count includes the one before. */
const userOrMessage = ({ body, id }: ReceivedMessage): string => /"user_id":\s*"([^"]+)"/.exec(body)?.[1] ?? id;
