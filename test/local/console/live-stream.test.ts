import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveStream } from '../../../local/console/live-stream.ts';
import type { History } from '../../../local/history/history.ts';
import type { LiveState } from '../../../protocol/local/live-state.ts';

describe('the event stream of the console', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function opened() {
    const answer = Object.assign(new PassThrough(), { writeHead: () => undefined });
    let reads = 0;
    let change: (eventId?: string) => void = () => undefined;
    const history = {
      row: (id: string) => ({ id }),
      onChange: (callback: typeof change) => {
        change = callback;
        return () => undefined;
      },
    } as unknown as History;
    const stream = liveStream(history, () => ({ reads: ++reads }) as unknown as LiveState);
    stream.open(answer as unknown as ServerResponse);
    const said = () => String(answer.read() ?? '').match(/(?<=event: )\w+/g) ?? [];
    expect(said()).toEqual(['state']);
    const leave = () => answer.emit('close');
    return { stream, said, leave, change: (id?: string) => change(id), reads: () => reads };
  }

  it('says the state every few seconds, because a page takes silence for a lost connection', () => {
    const { said, stream } = opened();
    // https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation: comments are ignored.
    vi.advanceTimersByTime(12_000);
    expect(said()).toEqual(['state', 'state']);
    stream.close();
  });

  it('gathers the changes of a burst: each row once, and the state a few times a second', () => {
    const { said, change, stream } = opened();
    for (let n = 0; n < 1_000; n++) change(`event-${n % 10}`);
    vi.advanceTimersByTime(260);
    expect(said()).toEqual(['rows', 'state']);
    stream.close();
  });

  it('reads no state while no console is open', () => {
    const { stream, leave, change, reads } = opened();
    leave();
    const before = reads();
    change('event');
    vi.advanceTimersByTime(12_000);
    expect(reads()).toBe(before);
    stream.close();
  });
});
