// Posts one frame to many sockets: as many at once as the window takes, each tried a few times, in the order they are
// given.
import type { OpenConnection } from '../sockets/ports.ts';
import { isOpening } from '../sockets/send-to-connections.ts';
import type { Pacer } from './pacer.ts';
import type { Deps } from './ports.ts';

export type PostOutcome = 'sent' | 'gone' | 'refused' | 'failed';

export interface PostWindow {
  /** Resolves when the post has begun. `settled` is called once with what came of it. */
  post(connection: OpenConnection, settled: (outcome: PostOutcome) => void): Promise<void>;
  /** Resolves when every post that has begun is settled. */
  drain(): Promise<void>;
}

/**
 * Our choices. A refusal for want of quota passes within moments; a socket that stays slow is left to a later round.
 */
const ATTEMPTS = 3;
const BACKOFF_MS = [60, 200];

export type PostDeps = Pick<Deps, 'encodedSender' | 'connections' | 'wait' | 'log' | 'metrics' | 'clock'> & {
  random: () => number;
};

export function postWindow(deps: PostDeps, frame: Uint8Array, pacer: Pacer, size: number): PostWindow {
  let inFlight = 0;
  let isFaultLogged = false;
  /** Who waits for a post to settle: the one that posts, or the one that drains. */
  let wake: (() => void) | undefined;
  const onSettled = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  const attempt = async (connection: OpenConnection): Promise<PostOutcome> => {
    for (let tries = 1; ; tries++) {
      try {
        const outcome = await deps.encodedSender.post(connection.connection_id, frame);
        if (outcome === 'gone' && isOpening(connection, deps.clock.now())) return 'refused';
        if (outcome === 'gone') await forget(deps, connection);
        if (outcome !== 'refused' || tries === ATTEMPTS) return outcome;
      } catch (error) {
        // A fault of ours, the same for each socket: said once, counted for each.
        if (!isFaultLogged) deps.log.error('a frame could not be posted', error);
        isFaultLogged = true;
        return 'failed';
      }
      await deps.wait(BACKOFF_MS[tries - 1]! * (0.5 + deps.random()));
      await pacer.turn();
    }
  };
  return {
    async post(connection, settled) {
      while (inFlight >= size) await onSettled();
      await pacer.turn();
      inFlight++;
      void attempt(connection).then((outcome) => {
        inFlight--;
        settled(outcome);
        wake?.();
      });
    },
    async drain() {
      while (inFlight > 0) await onSettled();
    },
  };
}

/** Its rows go by themselves later if they can't go now: the post is settled either way. */
async function forget(deps: PostDeps, connection: OpenConnection): Promise<void> {
  try {
    await deps.connections.remove(connection);
  } catch (error) {
    deps.log.error('a closed connection could not be forgotten', error, { connection_id: connection.connection_id });
  }
}
