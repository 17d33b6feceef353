// npm run send, as a person runs it, against a runtime whose port it is given.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';

const SEND = fileURLToPath(new URL('../../bin/send.ts', import.meta.url));

describe.skipIf(!hasControlApi)('npm run send', () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest();
  });
  afterAll(() => stack?.close());

  async function send(...args: string[]) {
    const child = spawn(process.execPath, ['--import', 'tsx', SEND, ...args], {
      env: { ...process.env, PORT: new URL(stack.outputs.http_url!).port },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out: out.trimEnd().split('\n'), err: err.trimEnd().split('\n') };
  }
  const hello = ['--title', 'Hello', '--message', 'Your build is ready'];

  it('prints where it sent, as which event, and what became of it', async () => {
    const socket = await stack.connect('alice');
    const { code, out } = await send('--to', 'alice', ...hello);
    expect(out[0]).toMatch(new RegExp(`^Sent to ${stack.outputs.http_url} as event [0-9a-f-]{36}$`));
    expect(out[1]).toMatch(/^alice: 1 socket, \d+ ms$/);
    expect(code).toBe(0);
    expect((await socket.frame('notification')).notification.title).toBe('Hello');
    await socket.close();
  });

  it('says that a notification waits in the inbox, or for its time on the clock of the runtime', async () => {
    expect((await send('--to', 'nobody', ...hello)).out[1]).toMatch(/^nobody: inbox, no socket or phone, \d+ ms$/);
    await stack.local.advance(7_200);
    const due = (await stack.local.now()) + 3_600_000;
    const [, line] = (await send('--to', 'nobody', '--at', '3600', ...hello)).out;
    const [, time] = /^nobody: scheduled for (\S+)$/.exec(line!) ?? [];
    expect(Math.abs(Date.parse(time!) - due)).toBeLessThan(60_000);
  });

  it('fails while the attempt fails, and names the cause', async () => {
    await stack.local.fault({ service: 'dynamodb', operation: 'PutItem', kind: 'error', function: 'dispatch' });
    const { code, out } = await send('--to', 'alice', ...hello);
    expect(out[1]).toMatch(/^alice: attempt 1 of 5 failed, PutItem: \w+$/);
    expect(code).toBe(1);
    await stack.local.clearFaults();
  });

  it.each([
    [['--to', 'a b', ...hello], /^Not sent: --to must not contain/],
    [['--to', 'alice', '--at', 'tomorrow', ...hello], /^Not sent: --at must be/],
    [['--to', 'alice', '--titel', 'Hello'], /^Unknown option '--titel'\. See --help\.$/],
    [hello, /^Not sent: give one of --to and --topic/],
  ])('exits with 2 and one line, and sends nothing, for %j', async (args, line) => {
    const before = (await stack.local.call('GET', 'history')).length;
    const { code, out, err } = await send(...args);
    expect(err).toEqual([expect.stringMatching(line)]);
    expect(out).toEqual(['']);
    expect(code).toBe(2);
    expect((await stack.local.call('GET', 'history')).length).toBe(before);
  });
});
