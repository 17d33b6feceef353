// README.md is true: its commands and programs run as printed, against a runtime on ports of its own.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, SendMessageCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import type { SocketClient } from '../support/socket-client.ts';
import type { StackUnderTest } from '../support/stack-under-test.ts';
import { type Block, blocks, ROOT, readDocument, section, tabledNames } from './markdown.ts';
import { npmStart, type Started } from './npm-start.ts';
import { shellWords } from './shell-words.ts';

const document = readDocument('README.md');
const all = blocks(document);
let started: Started;
let stack: StackUnderTest;
let alice: SocketClient;
beforeAll(async () => {
  started = await npmStart();
  vi.stubEnv('E2E_TARGET', started.outputsFile);
  const { stackUnderTest } = await import('../support/stack-under-test.ts');
  stack = await stackUnderTest();
  alice = await stack.connect('alice');
});
afterAll(async () => {
  await stack?.close();
  await started.stop();
  await expect(fetch(stack.outputs.http_url!), 'nothing is left after Ctrl-C').rejects.toThrow();
});

/** The one block that holds `text`, with this runtime's ports for the printed ones. */
function block(text: string): Block {
  const found = all.filter((candidate) => candidate.text.includes(text));
  expect(found, `one block of README.md with ${text}`).toHaveLength(1);
  return { ...found[0]!, text: onOwnPorts(found[0]!.text) };
}
function onOwnPorts(text: string): string {
  const { http_url: http = '', aws_endpoint_url: aws = '' } = stack.outputs;
  return text.replaceAll('http://127.0.0.1:4280', http).replaceAll('http://127.0.0.1:4566', aws);
}

interface Run {
  code: number | null;
  output: string;
}
function run(command: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
async function shell(script: string, env: Record<string, string> = {}): Promise<string> {
  const { code, output } = await run('bash', ['-euo', 'pipefail', '-c', script], env);
  expect(code, `${script}\n${output}`).toBe(0);
  return output;
}
const isInstalled = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Alice's next notification with this title, counted from now. */
function arrives(message: string): Promise<any> {
  const before = alice.frames.length;
  return alice.frame((frame) => alice.frames.indexOf(frame) >= before && frame.notification?.message === message);
}
const operator = () => ({
  AWS_ACCESS_KEY_ID: stack.outputs.aws_access_key_id!,
  AWS_SECRET_ACCESS_KEY: stack.outputs.aws_secret_access_key!,
  AWS_DEFAULT_REGION: stack.outputs.region!,
  AWS_REGION: stack.outputs.region!,
  AWS_ENDPOINT_URL: stack.outputs.aws_endpoint_url!,
});

describe('the first minute', () => {
  it('npm start prints where everything is, on the ports that README.md names unless others are wanted', async () => {
    expect(block('npm ci').text.trim()).toBe('npm ci && npm start');
    const { http_url: http, ws_url: ws, aws_endpoint_url: aws } = stack.outputs;
    for (const url of [http, ws, aws]) expect(started.printed).toContain(url);
    expect(document.includes(/Carillon.*runs/.exec(started.printed)![0])).toBe(true);
    expect(await (await fetch(`${http}/`)).text()).toContain('<title>Carillon');
    const source = readFileSync(new URL('../../local/start.ts', import.meta.url), 'utf8');
    for (const port of ['4280', '4566']) expect(source).toContain(port);
  });

  it('npm run send reaches the page', async () => {
    const shown = arrives('Your build is ready');
    const port = new URL(stack.outputs.http_url!).port;
    expect(await shell(block('npm run send').text, { PORT: port })).toMatch(/Sent as event \S+/);
    expect((await shown).notification).toMatchObject({
      user_id: 'alice',
      title: 'Hello!',
      notification_type: 'system',
    });
  });

  it("the AWS CLI's line is a call that the AWS port takes, its keys and its bus are the stack's", async () => {
    const [exported = '', ...line] = block('events put-events').text.split('\n');
    const keys = Object.fromEntries(
      shellWords(exported)
        .slice(1)
        .map((pair) => pair.split('=') as [string, string]),
    );
    const words = shellWords(line.join('\n'));
    const option = (name: string) => words[words.indexOf(name) + 1]!;
    expect([words[0], ...words.slice(3, 5)]).toEqual(['aws', 'events', 'put-events']);
    const client = new EventBridgeClient({
      endpoint: option('--endpoint-url'),
      region: keys.AWS_DEFAULT_REGION!,
      credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID!, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY! },
    });
    const Entries = JSON.parse(option('--entries'));
    expect(Entries[0].EventBusName).toBe(stack.outputs.event_bus_name);
    const shown = arrives('From the bus');
    expect(await client.send(new PutEventsCommand({ Entries }))).toMatchObject({ FailedEntryCount: 0 });
    client.destroy();
    expect((await shown).notification).toMatchObject({ user_id: 'alice', title: 'Hello!' });
  });

  it.skipIf(!isInstalled('aws'))("the AWS CLI's line runs (skipped where the AWS CLI is not installed)", async () => {
    const shown = arrives('From the bus');
    expect(JSON.parse(await shell(block('events put-events').text)).FailedEntryCount).toBe(0);
    await shown;
  });
});

describe('when something failed', () => {
  const letter = () =>
    JSON.stringify({
      id: `letter-${Date.now()}`,
      'detail-type': 'notification.requested',
      detail: { user_id: 'alice', title: 'Again', message: 'From the dead letters', notification_type: 'system' },
    });
  const bury = () =>
    stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs.dead_letter_queue_url!, MessageBody: letter() }));
  const arnOf = async (url: string) =>
    (await stack.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }))).Attributes!
      .QueueArn!;

  it('the redrive is a call that SQS takes, from queue to queue as printed', async () => {
    // What the shell fills in is left out; the real CLI below runs the line whole.
    const line = block('start-message-move-task').text.trim().split('\n').at(-1)!;
    expect(line).toMatch(
      /^aws sqs start-message-move-task --source-arn .*DEAD_LETTER_QUEUE_URL.* --destination-arn .*DISPATCH_QUEUE_URL/,
    );
    await bury();
    const shown = arrives('From the dead letters');
    const { dead_letter_queue_url: from, dispatch_queue_url: to } = stack.outputs;
    const [SourceArn, DestinationArn] = await Promise.all([arnOf(from!), arnOf(to!)]);
    await stack.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    await shown;
  });

  it.skipIf(!isInstalled('aws'))('the redrive runs (skipped where the AWS CLI is not installed)', async () => {
    await bury();
    const shown = arrives('From the dead letters');
    const { dead_letter_queue_url: from, dispatch_queue_url: to } = stack.outputs;
    const urls = { DEAD_LETTER_QUEUE_URL: from!, DISPATCH_QUEUE_URL: to! };
    // The line is for a deployed stack; here its calls go to the local one.
    const here = `aws() { command aws --endpoint-url ${stack.outputs.aws_endpoint_url} "$@"; }`;
    await shell(`${here}\n${block('start-message-move-task').text}`, { ...operator(), ...urls });
    await shown;
  });
});

describe('sending', () => {
  it('the program sends', async () => {
    const shown = arrives('Build 1042 passed.');
    const { code, output } = await run(
      process.execPath,
      ['--input-type=module', '--eval', block('new PutEventsCommand').text],
      operator(),
    );
    expect(code, output).toBe(0);
    expect((await shown).notification.payload).toEqual({ url: '/builds/1042' });
  });

  it('the body for /internal/events is taken, signed with the printed keys', async () => {
    const words = shellWords(block('/internal/events').text);
    const option = (name: string) => words[words.indexOf(name) + 1]!;
    const [accessKeyId = '', secretAccessKey = ''] = option('--user').split(':');
    const shown = arrives('Over HTTP');
    const reply = await stack.http('POST', new URL(words.at(-1)!).pathname, {
      sign: { accessKeyId, secretAccessKey },
      body: option('--data'),
    });
    expect(reply).toMatchObject({ status: 200, body: { failed_entry_count: 0 } });
    await shown;
  });

  it.skipIf(!isInstalled('curl'))('curl signs and sends it too (skipped where curl is not installed)', async () => {
    const shown = arrives('Over HTTP');
    expect(JSON.parse(await shell(block('/internal/events').text)).failed_entry_count).toBe(0);
    await shown;
  });
});

describe('connecting', () => {
  it("the browser's program opens a socket, asks for what it missed, and shows what arrives", async () => {
    const seen: string[] = [];
    let tell = () => {};
    const two = new Promise<void>((resolve) => {
      tell = () => seen.includes('While connected') && resolve();
    });
    const opened: WebSocket[] = [];
    class Socket extends WebSocket {
      constructor(url: string) {
        super(url);
        opened.push(this);
      }
    }
    const program = `${block('async function connect').text}\nreturn connect;`;
    const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: any[]) => Promise<any>;
    await new AsyncFunction('accessToken', 'show', 'WebSocket', 'setInterval', 'setTimeout', program)(
      () => stack.token('alice'),
      (notification: { id: string; message: string }) => {
        seen.push(notification.message);
        tell();
        return notification.id;
      },
      Socket,
      () => 0,
      () => 0,
    );
    await new Promise((resolve) => opened[0]!.once('message', resolve));
    await stack.notify({ user_id: 'alice', message: 'While connected' });
    await two;
    for (const socket of opened) socket.terminate();
    expect(seen).toEqual(['While connected']);
  });

  it.skipIf(!isInstalled('curl'))('any user can have a token (skipped where curl is not installed)', async () => {
    const { token } = JSON.parse(await shell(block('/_local/tokens').text));
    expect((await stack.http('POST', '/api/v2/tickets', { token })).status).toBe(201);
  });
});

describe('deploying', () => {
  const deploy = section(document, 'Deploy');
  const names = tabledNames(deploy);

  it('the outputs are those of the stack', () => {
    const outputs = ['http_url', 'web_socket_url', ...Object.keys(stack.outputs)].filter(
      (name) => name in stack.outputs,
    );
    const ofDesk = ['region', 'is_local', 'aws_endpoint_url', 'ws_url', 'aws_access_key_id', 'aws_secret_access_key'];
    const told = names
      .filter((name) => /^[A-Z]/.test(name))
      .map((name) => name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase());
    expect(told.sort(), "the second table of README.md's Deploy").toEqual(
      [...new Set(outputs)].filter((name) => !ofDesk.includes(name)).sort(),
    );
  });

  it("the construct's lines are those the compiler has seen", () => {
    const squeezed = (text: string) => text.replace(/\s+/g, '');
    const seen = readFileSync(new URL('construct-example.ts', import.meta.url), 'utf8');
    expect(squeezed(seen)).toContain(squeezed(block('new NotificationService').text));
  });
});

it('every block is checked by one of these tests', () => {
  const checked = [
    'npm ci && npm start',
    'npx cdk deploy',
    'npm run send',
    'put-events',
    'PutEventsCommand',
    '/internal/events',
    'start-message-move-task',
  ];
  const more = ['async function connect', '/_local/tokens', 'new NotificationService'];
  for (const { text, line } of all) {
    expect(
      [...checked, ...more].some((part) => text.includes(part)),
      `README.md:${line} is not checked`,
    ).toBe(true);
  }
});
