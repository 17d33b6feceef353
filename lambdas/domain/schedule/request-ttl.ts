// How long what is kept under a request id stays.

/** Our choice: a repeat comes within minutes, at most days. */
export const REQUEST_ID_TTL_SECONDS = 14 * 24 * 60 * 60;

/** Unix seconds. */
export const requestTtlSeconds = (fromMs: number): number => Math.floor(fromMs / 1000) + REQUEST_ID_TTL_SECONDS;
