// The stable codes of every error a caller can see, in replies (with their HTTP status) and in error frames.

export const ERROR_CODES = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  /** Another user holds the claim. */
  already_claimed: 409,
  too_large: 413,
  rate_limited: 429,
  internal_error: 500,
  /** Frames only: the text is not a JSON object with a known `action`. */
  invalid_frame: 400,
  unknown_action: 400,
  /**
   * Frames only, each followed by the socket's close: the user logged out; the credential it was opened with has ended;
   * the user has opened too many others since.
   */
  logged_out: 401,
  credential_expired: 401,
  too_many_connections: 429,
  /** `GET /health`: the table does not answer. */
  unavailable: 503,
  /** This deployment has no platform application for the device's platform, or no `webPush` setting for a browser. */
  push_not_configured: 501,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** A caller's fault. The message is safe to show and says what to do; `field` names what was wrong. */
export class CallerError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(code: ErrorCode, message: string, more: { field?: string; retryAfterSeconds?: number } = {}) {
    super(message);
    this.name = 'CallerError';
    this.code = code;
    this.field = more.field;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
