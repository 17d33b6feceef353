// What npm start prints, several runtimes at once, and the end of the database engine; in processes of their own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { synthesize } from '../../local/assembly.ts';
import { startDynamoDbEngine } from '../../local/dynamodb-engine.ts';
import { dynoxideBinary } from '../../local/dynoxide.ts';
import { LOCAL_SETTINGS } from '../../local/local-settings.ts';
import { startRuntime } from '../../local/runtime.ts';
import type { Stack } from '../../local/stack.ts';
import { type StartedRuntime, startedRuntime } from '../support/started-runtime.ts';
import { ownsTarget } from '../support/target.ts';

const SEND = fileURLToPath(new URL('../../bin/send.ts', import.meta.url));

describe.skipIf(!ownsTarget)('a runtime in a process of its own', () => {
  const running: StartedRuntime[] = [];
  const start = async (...args: string[]) => {
    const one = await startedRuntime(...args);
    running.push(one);
    return one;
  };
  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop('SIGKILL');
  });

  /** As in a terminal: nothing says which runtime is meant. */
  async function send(title: string): Promise<string> {
    const { PORT: _port, ...env } = process.env;
    const args = ['--import', 'tsx', SEND, '--to', 'alice', '--title', title, '--message', 'Hello'];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    await once(child, 'close');
    return out;
  }

  it('is found by npm run send beside another one, and again when that stops or is killed', async () => {
    const [first, second, third] = [await start('--quiet'), await start('--quiet'), await start('--quiet')];
    expect(await send('To the third')).toContain(`Sent to ${third.outputs.http_url} `);
    await third.stop('SIGKILL');
    expect(await send('To the second')).toContain(`Sent to ${second.outputs.http_url} `);
    await second.stop('SIGTERM');
    expect(await send('To the first')).toContain(`Sent to ${first.outputs.http_url} `);
    const rows: { title: string }[] = await first.local.call('GET', 'history');
    expect(rows.map(({ title }) => title)).toEqual(['To the first']);
  });

  it('ends with one line for an option that it does not know', async () => {
    const error = await start('--dta', 'here').then(
      () => undefined,
      (failure: Error) => failure.message.trim().split('\n').slice(1),
    );
    expect(error).toEqual(["Unknown option '--dta'. docs/local-runtime.md lists the options."]);
  });

  it('says in words what does not run, and prints the functions’ log as one readable line each', async () => {
    const one = await start();
    expect(one.printed).toMatch(
      /Not run +.*the user pool \(the runtime signs tokens itself\), log groups and \d+ settings such as encryption/,
    );
    await one.local.call('POST', 'events', { detail: { user_id: 'alice', title: '' } });
    await one.local.settle();
    await expect
      .poll(() => one.said().split('\n'))
      .toContainEqual(expect.stringMatching(/^dispatch +\d\d:\d\d:\d\d\.\d{3} \w+ +event rejected .*field=title/));
    expect(one.said()).not.toMatch(/^\w+ +\{/m);
  });

  it.runIf(dynoxideBinary())(
    'ends with 1 and says why when its database engine ends, and the table with it',
    async () => {
      const one = await start('--quiet');
      const engines = execFileSync('pgrep', ['-P', String(one.pid), '-f', 'dynoxide'])
        .toString()
        .split('\n');
      process.kill(Number(engines[0]), 'SIGKILL');
      expect(await one.ended).toEqual({ code: 1, signal: null });
      expect(one.said()).toMatch(
        /The DynamoDB engine ended by itself \(SIGKILL\), and the table with it\. The runtime stops\. Start it again: npm start/,
      );
    },
  );
});

describe.skipIf(!ownsTarget)('a runtime that starts', () => {
  it('has its AWS port before its database has tables, so that no other process takes it meanwhile', async () => {
    const [assembly, engine] = await Promise.all([synthesize(LOCAL_SETTINGS), startDynamoDbEngine()]);
    let early: Promise<Response> | undefined;
    const slow = Object.create(engine, {
      createTables: {
        value: async (stack: Stack) => {
          const socket = connect(Number(new URL(stack.outputs.RejectedQueueUrl!).port), '127.0.0.1');
          await once(socket, 'connect');
          socket.destroy();
          early = fetch(new URL('/', stack.outputs.RejectedQueueUrl!));
          return engine.createTables(stack);
        },
      },
    }) as typeof engine;
    const runtime = await startRuntime({ assembly, engine: slow, port: 0, awsPort: 0, log: () => undefined });
    expect(await (await early)?.text()).toContain('AWS endpoint of a local Carillon');
    await runtime.close();
    await engine.close();
  });
});

describe.skipIf(!ownsTarget)('GET /health', () => {
  it('answers 503 with the reason while the database engine does not answer', async () => {
    const [assembly, engine] = await Promise.all([synthesize(LOCAL_SETTINGS), startDynamoDbEngine()]);
    const problem: { text?: string } = {};
    const failing = Object.create(engine, { problem: { get: () => problem.text } }) as typeof engine;
    const runtime = await startRuntime({ assembly, engine: failing, port: 0, awsPort: 0, log: () => undefined });
    const health = async () => {
      const response = await fetch(`${runtime.outputs().http_url}/health`);
      return [response.status, await response.json()];
    };
    expect(await health()).toEqual([200, { status: 'ok' }]);
    problem.text = 'The DynamoDB engine ended by itself (SIGKILL)';
    expect(await health()).toEqual([503, { status: 'unavailable', message: problem.text }]);
    delete problem.text;
    expect(await health()).toEqual([200, { status: 'ok' }]);
    await runtime.close();
    await engine.close();
  });
});
