// Memory ports of the fan-out: its queue, how far its parts have come, and the posts of encoded frames.
import type { EncodedSender, FanoutPart, FanoutProgress, FanoutQueue } from '../../../lambdas/domain/delivery/ports.ts';
import { noCounts } from '../../../lambdas/domain/delivery/post-ledger.ts';
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import type { Memory } from './memory.ts';

/** SQS takes ten messages in a call (AWS limit). */
const BATCH_MESSAGES = 10;

export function memoryFanoutQueue({ call, queues }: Memory): FanoutQueue {
  return {
    async send(tasks, delaySeconds = 0) {
      for (let at = 0; at < tasks.length; at += BATCH_MESSAGES) {
        const bodies = tasks.slice(at, at + BATCH_MESSAGES).map((task) => JSON.stringify(task));
        await call('fanout.send', () => {
          for (const body of bodies) queues.fanout.send(body, { delaySeconds });
        });
      }
    },
    hold: (handle, seconds) => call('fanout.hold', () => void queues.fanout.changeVisibility(handle, seconds * 1000)),
  };
}

type PartRow = FanoutPart & { held_by: string; run: string; ttlSeconds: number };

export function memoryFanoutProgress({ table, call }: Memory): FanoutProgress {
  const parts = table<PartRow>('fanoutParts');
  const stops = table<{ ttlSeconds: number }>('fanoutStops');
  const plain = ({ held_by: _, run: __, ttlSeconds: ___, ...part }: PartRow): FanoutPart => part;
  return {
    begin: (fanoutId, part, { message, run }, ttlSeconds) =>
      call('fanoutProgress.begin', () => {
        const row = parts.get(fanoutId, part);
        if (row && row.held_by !== message) return 'taken';
        const next = { ...noCounts(), is_done: false, ...row, held_by: message, run, ttlSeconds };
        parts.set(fanoutId, part, next);
        return plain(next);
      }),
    save: (fanoutId, part, { run }, progress) =>
      call('fanoutProgress.save', () => {
        const row = parts.get(fanoutId, part);
        if (row?.run !== run) return false;
        parts.set(fanoutId, part, { ...row, ...progress });
        return true;
      }),
    parts: (fanoutId) =>
      call('fanoutProgress.parts', () => parts.range(fanoutId).rows.map(([part, row]) => ({ ...plain(row), part }))),
    stop: (fanoutId, ttlSeconds) => call('fanoutProgress.stop', () => stops.set(fanoutId, 'stop', { ttlSeconds })),
    isStopped: (fanoutId) => call('fanoutProgress.isStopped', () => stops.get(fanoutId, 'stop') !== undefined),
  };
}

export function memoryEncodedSender({ sockets, call }: Memory): EncodedSender {
  return {
    async post(id, frame) {
      try {
        return await call('encodedSender.post', () =>
          sockets.post(id, JSON.parse(new TextDecoder().decode(frame)) as ServerFrame),
        );
      } catch {
        // Whatever goes wrong here goes wrong for now: a slow client, a quota, no answer.
        return 'refused';
      }
    },
  };
}
