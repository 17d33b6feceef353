// A failed message rests and is tried again; the last failure puts it aside with its reason; nothing here loses one.
import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '../../../lambdas/domain/delivery/ports.ts';
import { type FailureDeps, handleFailure } from '../../../lambdas/domain/failed-message.ts';

function failing({ broken = false, isDeleted = false } = {}) {
  const done: unknown[] = [];
  const note = async (...what: unknown[]) => {
    if (broken) throw new Error('SQS is away');
    done.push(what);
  };
  const deps: FailureDeps = {
    log: { info: () => undefined, error: (message) => void done.push(['logged', message]) },
    metrics: { count: (name) => void done.push(['counted', name]), latency: () => undefined, gauge: () => undefined },
    failedMessages: {
      retryIn: async (handle, seconds) => {
        await note('retry', handle, seconds);
        return isDeleted ? 'not_in_flight' : 'put_off';
      },
      putBack: (message, delaySeconds) => note('put back', message.id, delaySeconds),
      toDeadLetters: (body, about) => note('aside', body, about),
    },
    maxReceives: 5,
    random: () => 0.5,
  };
  return { deps, done };
}
const message = (receiveCount: number): ReceivedMessage => ({
  id: 'm1',
  receivedAs: 'm1',
  body: '{"a":1}',
  handle: 'handle',
  receiveCount,
  sentAtMs: 1,
  isRedelivery: false,
  putBacks: 0,
});

describe('handleFailure', () => {
  it('lets it rest, the longer the more often it failed', async () => {
    const { deps, done } = failing();
    expect(await handleFailure(deps, message(1), new Error('no'))).toBe('stays');
    expect(await handleFailure(deps, message(3), new Error('no'))).toBe('stays');
    expect(done.filter((one: any) => one[0] === 'retry')).toEqual([
      ['retry', 'handle', 3],
      ['retry', 'handle', 33],
    ]);
  });

  it('puts it aside with its reason after the last try', async () => {
    const { deps, done } = failing();
    expect(await handleFailure(deps, message(5), new TypeError('no such thing'))).toBe('done');
    expect(done).toContainEqual([
      'aside',
      '{"a":1}',
      { reason: 'TypeError: no such thing', messageId: 'm1', receiveCount: 5 },
    ]);
    expect(done).toContainEqual(['counted', 'dead_lettered']);
  });

  it('sends it anew when a second copy of it was served and deleted meanwhile', async () => {
    const { deps, done } = failing({ isDeleted: true });
    expect(await handleFailure(deps, message(1), new Error('no'))).toBe('done');
    expect(done).toContainEqual(['put back', 'm1', 3]);
  });

  it.each([1, 5])('leaves it to the queue when even that fails (try %i)', async (receiveCount) => {
    const { deps } = failing({ broken: true });
    expect(await handleFailure(deps, message(receiveCount), 'text thrown')).toBe('stays');
  });
});
