// Whether a person is at the page: what the watch reports, and what is reported on the socket for all tabs.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reporterOf, type Watch } from '../../client/core/presence.ts';
import { pageWatch } from '../../client/core/watch-presence.ts';
import { idAt, notification } from './fake-server.ts';
import { HOUR, SECOND, setup } from './setup.ts';

/** A watch that the test reports with. */
function hand() {
  let report = (_isActive: boolean) => {};
  let ended = 0;
  const watch: Watch = (given) => {
    report = given;
    return () => ended++;
  };
  return { watch: reporterOf(watch), report: (isActive: boolean) => report(isActive), ended: () => ended };
}

const sentOn = (sockets: { received: any[] }[]) =>
  sockets.flatMap(({ received }) => received.filter(({ action }) => action === 'presence').map(({ state }) => state));

describe('a client with a watch', () => {
  it('reports each change once, and the state on a new socket', async () => {
    const { watch, report, ended } = hand();
    const { client, clock, server, online } = setup({ presence: watch });
    await online();
    expect(sentOn(server.sockets)).toEqual(['idle']);
    for (const isActive of [false, true, true, false]) report(isActive);
    expect(sentOn(server.sockets)).toEqual(['idle', 'active', 'idle']);
    await clock.advance(2 * HOUR);
    expect(server.sockets).toHaveLength(2);
    expect(sentOn([server.sockets[1]!])).toEqual(['idle']);
    report(true);
    expect(sentOn([server.sockets[1]!])).toEqual(['idle', 'active']);
    client.stop();
    expect(ended()).toBe(1);
  });

  it('renews every four minutes that somebody is there, and nothing else', async () => {
    const { watch, report } = hand();
    const { client, clock, server, online } = setup({ presence: watch });
    await online();
    report(true);
    await clock.advance(9 * 60 * SECOND);
    expect(sentOn(server.sockets)).toEqual(['idle', 'active', 'active', 'active']);
    report(false);
    await clock.advance(60 * 60 * SECOND);
    expect(sentOn(server.sockets)).toEqual(['idle', 'active', 'active', 'active', 'idle']);
    report(true);
    client.stop();
    await clock.advance(60 * 60 * SECOND);
    expect(sentOn(server.sockets)).toHaveLength(6);
  });

  it('says that it shows an alert where it is asked, and only while somebody is there', async () => {
    const { watch, report } = hand();
    const { clock, server, online } = setup({ presence: watch });
    await online();
    const shown = () => server.sockets[0]!.received.filter(({ action }) => action === 'shown');
    const alert = (n: number) => {
      const id = idAt(clock.now(), n);
      const asks = { alert: true, confirm_shown: true };
      server.post({ type: 'notification', notification: notification(id, new Date().toISOString()), ...asks });
      return id;
    };
    alert(1);
    await clock.advance(SECOND);
    expect(shown()).toEqual([]);
    report(true);
    const ids = [alert(2), alert(3)];
    await clock.advance(SECOND);
    expect(shown()).toEqual([{ action: 'shown', notification_ids: ids }]);
  });

  it('reports what changed while there was no socket, once there is one', async () => {
    const { watch, report } = hand();
    const { clock, server, online, client } = setup({ presence: watch });
    client.start();
    report(true);
    await clock.advance(SECOND);
    await online();
    expect(sentOn(server.sockets)).toEqual(['active']);
  });

  it('of several tabs reports the person at any of them', async () => {
    const [first, second] = [hand(), hand()];
    const { browser, clock, server, online } = setup({ presence: first.watch });
    await online();
    const other = browser.openTab({ presence: second.watch });
    other.client.start();
    await clock.advance(SECOND);
    const report = async (from: typeof first, isActive: boolean) => {
      from.report(isActive);
      await clock.advance(SECOND);
    };
    await report(second, true);
    await report(first, true);
    await report(second, false);
    expect(sentOn(server.sockets)).toEqual(['idle', 'active']);
    await report(first, false);
    expect(sentOn(server.sockets)).toEqual(['idle', 'active', 'idle']);
    await report(second, true);
    other.client.stop();
    await clock.advance(SECOND);
    expect(sentOn(server.sockets)).toEqual(['idle', 'active', 'idle', 'active', 'idle']);
  });
});

describe('watchPresence at a page', () => {
  let page: EventTarget & { hidden: boolean };
  let reports: boolean[];
  let end: () => void;
  beforeEach(() => {
    vi.useFakeTimers();
    page = Object.assign(new EventTarget(), { hidden: false });
    vi.stubGlobal('document', page);
    reports = [];
    end = pageWatch({})((isActive) => reports.push(isActive));
  });
  afterEach(() => {
    end();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const touch = () => page.dispatchEvent(new Event('keydown'));
  const setHidden = (hidden: boolean) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };

  it('takes a page that is opened for one with a person, until two minutes without input', () => {
    expect(reports).toEqual([true]);
    vi.advanceTimersByTime(100_000);
    touch();
    vi.advanceTimersByTime(119_000);
    expect(reports).toEqual([true]);
    vi.advanceTimersByTime(2_000);
    expect(reports).toEqual([true, false]);
    touch();
    vi.advanceTimersByTime(10_000);
    expect(reports).toEqual([true, false, true]);
  });

  it('takes a hidden page for one without', () => {
    vi.advanceTimersByTime(20_000);
    setHidden(true);
    vi.advanceTimersByTime(20_000);
    expect(reports).toEqual([true, false]);
    touch();
    expect(reports).toEqual([true, false]);
    setHidden(false);
    expect(reports).toEqual([true, false, true]);
  });

  it('reports at most once in ten seconds, and the last state in the end', () => {
    for (let at = 0; at < 19; at++) {
      setHidden(at % 2 === 0);
      vi.advanceTimersByTime(1_000);
    }
    expect(reports.length).toBeLessThanOrEqual(3);
    vi.advanceTimersByTime(10_000);
    expect(reports.at(-1)).toBe(false);
  });

  it('reports nothing any more once it has ended', () => {
    end();
    vi.advanceTimersByTime(500_000);
    touch();
    expect(reports).toEqual([true]);
  });
});
