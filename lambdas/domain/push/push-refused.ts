// What web push throws when a push service does not take a message for now.

export class PushRefused extends Error {
  /** When the push service wants to be asked again; undefined: it did not say. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, retryAfterSeconds?: number) {
    super(`The push service answered ${status}.`);
    // The row's `last_error` has the name: the status says what went wrong.
    this.name = `WebPush${status}`;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
