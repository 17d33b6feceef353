// How often a user wants notifications of a type: at once, hourly, daily, or not at all.
import { beforeEach, describe, expect, it } from 'vitest';
import { changePreferences } from '../../../../lambdas/domain/inbox/preferences.ts';
import { type PreferencesChange, preferencesChangeSchema } from '../../../../protocol/preferences.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

const ANNA = 'anna';
const digest = { key: 'comments', window_seconds: 60, title: '{count} comments', message: 'Read them.' };
let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const prefer = (change: PreferencesChange) => changePreferences(system.deps, ANNA, change);
const send = async (more: object = {}) => {
  system.enqueue({ user_id: ANNA, title: 'News', message: 'All of it.', notification_type: 'news', ...more });
  await system.drain();
};
const stored = async () => (await system.deps.inbox.newerThan(ANNA, '', 100)).items;
const sentAt = async () => (await stored()).map(({ title, requested_at }) => [title, requested_at.slice(11, 16)]);

describe('a type that is wanted', () => {
  it('hourly comes together at the next full hour', async () => {
    await prefer({ type_frequencies: { news: 'hourly' } });
    await send({ title: 'One' });
    await system.advance(600);
    await send({ title: 'Two', payload: { url: '/two' } });
    expect(await stored()).toEqual([]);
    await system.advance(3_001);
    expect(await sentAt()).toEqual([['Two', '08:00']]);
    const [one] = await stored();
    expect(one).toMatchObject({ message: 'and 1 more', notification_type: 'news' });
    expect(JSON.parse(one!.payload!)).toMatchObject({ digest: { by: 'type', count: 2 } });
  });

  it('hourly comes as itself when it is the only one', async () => {
    await prefer({ type_frequencies: { news: 'hourly' } });
    await send({ payload: { url: '/news' } });
    await system.advance(3_601);
    const [one] = await stored();
    expect(one).toMatchObject({ title: 'News', message: 'All of it.' });
    expect(JSON.parse(one!.payload!)).toMatchObject({ url: '/news', digest: { count: 1 } });
  });

  it('daily comes at the user’s time of day', async () => {
    await prefer({
      type_frequencies: { news: 'daily' },
      daily_digest: { time: '09:30', time_zone: 'Europe/Berlin' },
    });
    await send();
    await system.nextMoment();
    while ((await stored()).length === 0) await system.nextMoment();
    expect(await sentAt()).toEqual([['News', '08:30']]);
  });

  it('daily or hourly keeps the texts of a digest that its producer asked for', async () => {
    await prefer({ type_frequencies: { news: 'hourly' } });
    await send({ digest: { ...digest, leading: true } });
    await send({ digest: { ...digest, leading: true } });
    await system.advance(61);
    expect(await stored()).toEqual([]);
    await system.advance(3_600);
    expect(await sentAt()).toEqual([['2 comments', '08:00']]);
  });

  it('immediately is not held back by a digest', async () => {
    await prefer({ type_frequencies: { news: 'immediate' } });
    await send({ digest });
    expect(await sentAt()).toEqual([['News', '07:00']]);
  });

  it('never is stored and not sent', async () => {
    await prefer({ type_frequencies: { news: 'off' } });
    const socket = await system.connect(ANNA, 'tab');
    await send();
    expect((await stored()).map(({ last_error }) => last_error)).toEqual(['muted']);
    expect(socket.frames.map(({ type }) => type)).toEqual(['unread_count']);
  });

  it.each([{ priority: 'critical' }, { requires_ack: true }])('hourly is sent at once with %j', async (more) => {
    await prefer({ type_frequencies: { news: 'hourly' } });
    await send(more);
    expect(await sentAt()).toEqual([['News', '07:00']]);
  });

  it('as a property of every object is as any other', async () => {
    await prefer({ type_frequencies: { news: 'hourly' } });
    await send({ notification_type: 'constructor' });
    expect(await sentAt()).toEqual([['News', '07:00']]);
  });
});

describe('the preference', () => {
  it.each([
    [{ type_frequencies: { news: 'weekly' } }, 'must be one of immediate, hourly, daily, off'],
    [{ type_frequencies: [] }, 'must be an object of types'],
    [{ daily_digest: { time: '9', time_zone: 'UTC' } }, 'must be a time of day'],
    [{ daily_digest: { time: '09:00', time_zone: '+02:00' } }, 'must be the name of a time zone'],
    [{ daily_digest: null }, 'must be an object with time and time_zone'],
  ])('%j is refused with what to do', (change, reason) => {
    const { error } = preferencesChangeSchema.safeParse(change);
    expect(error?.issues[0]?.message).toContain(reason);
  });
});
