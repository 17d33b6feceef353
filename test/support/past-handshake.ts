// How long a test waits until a row without a socket no longer counts as a socket that is opening.
import { HANDSHAKE_MS } from '../../lambdas/domain/sockets/send-to-connections.ts';

/** A few seconds more, because rows are dated by the gateway's clock. */
export const PAST_HANDSHAKE_SECONDS = HANDSHAKE_MS / 1_000 + 4;
