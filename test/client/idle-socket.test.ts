// What an idle socket is billed for is what the client sends.
import { describe, expect, it } from 'vitest';
import {
  IDLE_SOCKET_MOST_DOLLARS,
  idleMinute,
  idleSocketDollars,
  keepAlives,
  LIFE_MINUTES,
} from '../../bench/idle-socket.ts';
import { MINUTE, setup } from './setup.ts';

describe('an idle socket', () => {
  it.each([
    ['shortest', 0],
    ['longest', 0.998],
  ] as const)('sends as many keep-alives and pings in the %s life of the client', async (life, chance) => {
    const { server, clock, online } = setup({}, { random: () => chance });
    await online();
    await clock.advance((LIFE_MINUTES[life] - 1) * MINUTE);
    expect(server.sockets).toHaveLength(1);
    await clock.advance(2 * MINUTE);
    expect(server.sockets).toHaveLength(2);
    const of = (action: string) => server.sockets[0]!.received.filter((frame) => frame.action === action).length;
    expect({ oneWay: of('keep_alive'), pings: of('ping') }).toEqual(keepAlives(LIFE_MINUTES[life]));
  });

  it('is billed for its minutes, its keep-alives, and a ping with its answer', () => {
    // Half of the lives have 11 keep-alives, half 12; one is a ping.
    const { connects, oneWay, pings } = idleMinute();
    expect(1 / connects).toBeCloseTo(108, 9);
    expect(oneWay * 108).toBeCloseTo(10.5, 9);
    expect(pings * 108).toBeCloseTo(1, 9);
    // 730 hours of 60 minutes at $0.25 per million, and 5,069 messages at $1.
    expect(idleSocketDollars().month).toBeCloseTo(0.01095 + 0.005069, 5);
    expect(idleSocketDollars().month).toBeLessThan(IDLE_SOCKET_MOST_DOLLARS);
  });
});
