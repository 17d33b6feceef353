// Receipt handles: opaque to callers, naming the queue, the message and the one receive they were given for.

export interface Receipt {
  queue: string;
  messageId: string;
  nonce: string;
}

export function writeReceipt({ queue, messageId, nonce }: Receipt): string {
  return Buffer.from(JSON.stringify([queue, messageId, nonce])).toString('base64');
}

/** Undefined for anything that is no handle of this runtime. */
export function readReceipt(handle: string): Receipt | undefined {
  try {
    const [queue, messageId, nonce]: string[] = JSON.parse(Buffer.from(handle, 'base64').toString());
    if (typeof queue === 'string' && typeof messageId === 'string' && typeof nonce === 'string')
      return { queue, messageId, nonce };
  } catch {
    // Not ours: any bytes may come in as a handle, and the caller names the error.
  }
  return undefined;
}
