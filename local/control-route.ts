// What a route of the control API is given, and how it refuses.
import type { ServerResponse } from 'node:http';

export interface LocalRequest {
  query: URLSearchParams;
  /** The parsed JSON body; an empty object where there is none. */
  body: any;
  /** The rest of the path after the route's own, decoded. */
  rest: string;
}
/** `GET /_local/clock`; a path that ends in `/` takes one more segment. */
export type LocalRoutes = Record<string, (request: LocalRequest) => unknown>;

/** What a caller did wrong: says which field and what it should be. */
export class LocalError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a route answers that writes the response itself, a stream of events for instance. */
export class TakeOver {
  readonly response: (res: ServerResponse) => void;
  constructor(response: (res: ServerResponse) => void) {
    this.response = response;
  }
}
