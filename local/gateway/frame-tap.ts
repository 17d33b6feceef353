// Watches the raw bytes of a client's frames for one that is larger than API Gateway takes; `ws` reports messages only.
import type { Duplex } from 'node:stream';

/** AWS's limit on one frame: 32 KB. Larger messages must be sent in several frames. */
export const MAX_FRAME_BYTES = 32 * 1024;

/** Calls `tooLarge` once, as soon as the header of a frame announces more than the limit. */
export function tapFrames(socket: Duplex, tooLarge: () => void): void {
  /** Bytes of the current frame's mask and payload still to come. */
  let skip = 0;
  let header = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        skip -= step;
        at += step;
        continue;
      }
      // At most 10 bytes of header are ever held: the second byte says how long it is.
      header = Buffer.concat([header, chunk.subarray(at, at + 1)]);
      at += 1;
      const payload = payloadLength(header);
      if (payload === undefined) continue;
      if (payload > MAX_FRAME_BYTES) {
        socket.off('data', onData);
        tooLarge();
        return;
      }
      skip = payload + (header[1]! & 0x80 ? 4 : 0);
      header = Buffer.alloc(0);
    }
  };
  // Before `ws` sees the bytes, so that a message that breaks the rule is never delivered.
  socket.prependListener('data', onData);
}

/** Undefined while the header is incomplete. https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function payloadLength(header: Buffer): number | undefined {
  if (header.length < 2) return undefined;
  const short = header[1]! & 0x7f;
  if (short < 126) return short;
  if (short === 126) return header.length < 4 ? undefined : header.readUInt16BE(2);
  return header.length < 10 ? undefined : Number(header.readBigUInt64BE(2));
}
