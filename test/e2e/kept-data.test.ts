// npm start -- --data: what is there again after the runtime was stopped, killed, or lost its database engine.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsConfig } from '../../bin/aws-config.ts';
import { dynoxideBinary } from '../../local/dynoxide.ts';
import { httpCaller } from '../support/http-caller.ts';
import { type StartedRuntime, startedRuntime } from '../support/started-runtime.ts';
import { ownsTarget } from '../support/target.ts';

const DAY_SECONDS = 86_400;

describe.skipIf(!ownsTarget)('a runtime with --data (in a process of its own)', () => {
  let folder: string;
  let running: StartedRuntime;
  const start = async (...more: string[]) => {
    running = await startedRuntime('--data', join(folder, 'table.db'), '--quiet', ...more);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carillon-data-'));
    await start();
  });
  afterAll(async () => {
    await running?.stop('SIGKILL');
    await rm(folder, { recursive: true });
  });

  async function send(details: object[]): Promise<void> {
    const client = new EventBridgeClient(awsConfig(running.outputs));
    const Entries = details.map((detail) => ({
      EventBusName: running.outputs.event_bus_name!,
      Source: 'test',
      DetailType: 'notification.requested',
      Detail: JSON.stringify({ title: 'Kept', message: 'Kept', notification_type: 'kept', ...detail }),
    }));
    for (let from = 0; from < Entries.length; from += 10) {
      const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: Entries.slice(from, from + 10) }));
      expect(FailedEntryCount).toBe(0);
    }
    client.destroy();
  }
  async function asUser(userId: string, method: string, path: string, body?: object) {
    const { token } = await running.local.call('POST', 'tokens', { user_id: userId });
    const reply = await httpCaller(running.outputs)(method, path, { token, ...(body && { body }) });
    expect(reply.status).toBeLessThan(300);
    return reply.body;
  }
  const titles = async (userId: string): Promise<string[]> =>
    (await asUser(userId, 'GET', '/api/v2/notifications?size=100')).notifications.map((one: any) => one.title);
  const dueIn = async (seconds: number) => new Date((await running.local.now()) + seconds * 1_000).toISOString();

  it('brings schedules, messages, devices and its clock back after it was stopped', async () => {
    await asUser('alice', 'POST', '/api/v2/devices', { platform: 'fcm', token: 'kept-phone' });
    await running.local.advance(3_600);
    const moved = await running.local.now();
    await send([{ user_id: 'alice', title: 'Tomorrow', deliver_at: await dueIn(DAY_SECONDS) }]);
    await send([{ user_id: 'alice', title: 'In ten minutes', deliver_at: await dueIn(600) }]);
    await running.local.settle();
    expect(await running.stop('SIGTERM')).toEqual({ code: 0, signal: null });

    await start();
    expect(await running.local.now()).toBeGreaterThanOrEqual(moved);
    expect(await running.local.call('GET', 'waiting')).toHaveLength(2);
    await running.local.advance(660);
    expect(await titles('alice')).toEqual(['In ten minutes']);
    await running.local.advance(DAY_SECONDS);
    expect(await titles('alice')).toEqual(['Tomorrow', 'In ten minutes']);
    const [phone] = await running.local.phones();
    expect(phone).toMatchObject({ token: 'kept-phone', user_id: 'alice', enabled: true });
    expect(phone.messages).toHaveLength(2);
  });

  it('loses nothing that it accepted when it is killed: waiting, being retried, or just sent', async () => {
    const sent = Array.from({ length: 60 }, (_, n) => ({ user_id: `reader-${n % 3}`, title: `Number ${n}` }));
    await running.local.fault({ service: 'dynamodb', operation: 'PutItem', kind: 'error', function: 'dispatch' });
    await send(sent.slice(0, 10));
    await running.local.settle();
    await running.local.clearFaults();
    await send([{ user_id: 'carol', title: 'Later', deliver_at: await dueIn(2 * DAY_SECONDS) }]);
    await running.local.settle();
    await send(sent.slice(10));
    // In the middle of the work: nothing was waited for.
    expect(await running.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });

    await start();
    await running.local.settle();
    await running.local.advance(900);
    const found = await Promise.all(['reader-0', 'reader-1', 'reader-2'].map(titles));
    // What the bus handed on in that very moment is handed on again, with a time of its own, so it may be there twice.
    expect([...new Set(found.flat())].sort()).toEqual(sent.map(({ title }) => title).sort());
    await running.local.advance(2 * DAY_SECONDS);
    expect(await titles('carol')).toEqual(['Later']);
  });

  it.runIf(dynoxideBinary())(
    'starts its database engine again when that ends, and says so despite --quiet',
    async () => {
      killEngine();
      await expect.poll(() => running.said(), { timeout: 30_000 }).toMatch(/ended by itself .*it is started again/);
      await expect.poll(() => titles('carol').catch(() => undefined), { timeout: 30_000 }).toEqual(['Later']);
      expect((await fetch(`${running.outputs.http_url}/health`)).status).toBe(200);
    },
  );

  it('is empty again after a reset, at the next start too', async () => {
    await send([{ user_id: 'alice', title: 'Gone', deliver_at: await dueIn(DAY_SECONDS) }]);
    await running.local.settle();
    await running.local.reset();
    await running.stop('SIGTERM');
    await start();
    expect(await running.local.call('GET', 'waiting')).toEqual([]);
    expect(await running.local.phones()).toEqual([]);
    expect(await titles('alice')).toEqual([]);
  });

  const killEngine = () => {
    const [pid] = execFileSync('pgrep', ['-f', `dynoxide .*${folder}`])
      .toString()
      .split('\n');
    process.kill(Number(pid), 'SIGKILL');
  };
});
