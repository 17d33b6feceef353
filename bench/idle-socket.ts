// A socket that is open and has nothing to say: what its client sends, and what that costs.
import { PRICES } from '../protocol/list-prices.ts';

const HOURS_A_MONTH = (365 / 12) * 24;
/** Our choice: the most that a month of it may cost. */
export const IDLE_SOCKET_MOST_DOLLARS = 0.0165;

/**
 * The client's choices (client/core/connection-machine.ts): a keep-alive where nothing was heard for nine minutes, each
 * eighth of them a ping, and a new socket after 102 to 114 of the gateway's 120 minutes. A test runs the client for a
 * life.
 */
export const LIFE_MINUTES = { shortest: 102, longest: 114 };
export const KEEP_ALIVE_MINUTES = 9;
const KEEP_ALIVES_PER_PING = 8;

/** Of a socket that lives this long. */
export function keepAlives(lifeMinutes: number): { oneWay: number; pings: number } {
  const all = Math.floor(lifeMinutes / KEEP_ALIVE_MINUTES);
  const pings = Math.floor(all / KEEP_ALIVES_PER_PING);
  return { oneWay: all - pings, pings };
}

/** A minute of an open socket, on average over lives of every length. */
export function idleMinute(): { connects: number; oneWay: number; pings: number } {
  const { shortest, longest } = LIFE_MINUTES;
  // Lives end at any moment, so the middle of each minute represents it.
  const lives = Array.from({ length: longest - shortest }, (_, minute) => shortest + minute + 0.5);
  const minutes = lives.reduce((sum, life) => sum + life, 0);
  const sent = lives.map(keepAlives);
  return {
    connects: lives.length / minutes,
    oneWay: sent.reduce((sum, { oneWay }) => sum + oneWay, 0) / minutes,
    pings: sent.reduce((sum, { pings }) => sum + pings, 0) / minutes,
  };
}

/** Without its connects, which are a scenario of their own. A ping and its answer are two messages. */
export function idleSocketDollars(): { hour: number; month: number } {
  const { oneWay, pings } = idleMinute();
  const minute = PRICES.websocket_connection_minutes + (oneWay + 2 * pings) * PRICES.websocket_messages;
  return { hour: 60 * minute, month: HOURS_A_MONTH * 60 * minute };
}

export function idleSocketLine(): string {
  const { hour, month } = idleSocketDollars();
  return `an hour of an idle socket: $${(hour * 1e6).toFixed(2)} per million hours, $${month.toFixed(4)} a month`;
}
