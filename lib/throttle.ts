// How many requests an API takes: the default of all its routes.

/**
 * How many requests each route of an API takes. Single routes have no limits of their own: a stage that names a route
 * can't be deployed.
 */
export interface Throttle {
  /** Requests a second, on average. */
  readonly ratePerSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

/** How many requests the two APIs take. */
export interface Throttles {
  /**
   * Of the WebSocket API: connections opened and frames sent by clients.
   * @default - 2,000/s with bursts of 1,000
   */
  readonly webSocket?: Throttle;
  /**
   * Of the REST API.
   * @default - 1,000/s with bursts of 500
   */
  readonly http?: Throttle;
}

/**
 * Our choices. In 13 regions an account has 2,500 requests/s with bursts of 1,250 (AWS quota), which the posts to
 * sockets share.
 */
export const WEBSOCKET_THROTTLE: Throttle = { ratePerSecond: 2_000, burst: 1_000 };
export const HTTP_THROTTLE: Throttle = { ratePerSecond: 1_000, burst: 500 };

/** What an account has at most: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const ACCOUNT_MAX: Throttle = { ratePerSecond: 10_000, burst: 5_000 };

export function checkedThrottle(name: string, given: Throttle): Throttle {
  for (const key of ['ratePerSecond', 'burst'] as const) {
    if (!Number.isInteger(given[key]) || given[key] < 1)
      throw new Error(`${name}.${key} must be a whole number, at least 1.`);
  }
  if (given.burst > ACCOUNT_MAX.burst)
    throw new Error(`${name}.burst is ${given.burst}; no account has more than ${ACCOUNT_MAX.burst} (AWS limit).`);
  return given;
}
