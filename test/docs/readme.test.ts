// README.md is true: its commands and programs run as printed, against a runtime on ports of its own.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SocketClient } from '../support/socket-client.ts';
import type { StackUnderTest } from '../support/stack-under-test.ts';
import { type Block, blocks, ROOT, readDocument, section, tabledNames } from './markdown.ts';
import { npmStart, type Started } from './npm-start.ts';
import { canRun, runIn, SHELLS } from './shell-session.ts';

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

/** Alice's next notification with this message, counted from now or from a frame. */
function arrives(message: string, before = alice.frames.length): Promise<any> {
  return alice.frame((frame) => alice.frames.indexOf(frame) >= before && frame.notification?.message === message);
}
const operator = () => ({
  AWS_ACCESS_KEY_ID: stack.outputs.aws_access_key_id!,
  AWS_SECRET_ACCESS_KEY: stack.outputs.aws_secret_access_key!,
  AWS_DEFAULT_REGION: stack.outputs.region!,
  AWS_REGION: stack.outputs.region!,
  AWS_ENDPOINT_URL: stack.outputs.aws_endpoint_url!,
  EVENT_BUS_NAME: stack.outputs.event_bus_name!,
});

describe('the first minute', () => {
  it('npm start prints where everything is, on the ports that README.md names unless others are wanted', async () => {
    expect(block('npm ci').text.trim()).toBe('npm ci && npm start');
    const { http_url: http, ws_url: ws, aws_endpoint_url: aws } = stack.outputs;
    for (const url of [http, ws, aws]) expect(started.printed).toContain(url);
    expect(document.includes(/Carillon.*runs/.exec(started.printed)![0])).toBe(true);
    expect(await (await fetch(`${http}/`)).text()).toMatch(/<title>[^<]*Carillon/);
    const source = readFileSync(new URL('../../local/start.ts', import.meta.url), 'utf8');
    for (const port of ['4280', '4566']) expect(source).toContain(port);
  });
});

const DOCUMENTS = ['README.md', 'docs/local-runtime.md', 'docs/delivery.md', 'docs/first-notification.md'];
/** What is not for this machine: another terminal, an AWS account, an hour. */
const ELSEWHERE = /^(npm ci|npm start|npx cdk|npm run check)|--stack /m;
const commandsOf = (path: string) =>
  blocks(readDocument(path)).filter(({ language, text }) => language === 'sh' && !ELSEWHERE.test(text));

describe('the commands of the documents', () => {
  const letter = () => ({
    id: `letter-${Date.now()}`,
    'detail-type': 'notification.requested',
    detail: { user_id: 'alice', title: 'Again', message: 'From the dead letters', notification_type: 'system' },
  });

  it.each(DOCUMENTS)('%s: can be pasted into an interactive shell', (path) => {
    for (const { text, line } of blocks(readDocument(path)).filter(({ language }) => language === 'sh')) {
      // In a terminal zsh takes # for a word, and zsh and bash take ! in double quotes for a line of their history.
      expect(text, `${path}:${line}`).not.toMatch(/^\s*#|\s#\s/m);
      expect(text.replace(/'[^']*'/g, ''), `${path}:${line}`).not.toContain('!');
    }
  });

  describe.each(SHELLS)('in %s', (shell) => {
    const missing = [shell, 'aws', 'curl'].filter((command) => !canRun(command));
    const why = missing.length > 0 ? ` (needs ${missing.join(', ')})` : '';

    it.skipIf(missing.length > 0).each(DOCUMENTS)(`%s: run as printed, one after the other${why}`, async (path) => {
      const commands = commandsOf(path);
      expect(commands.length).toBeGreaterThan(0);
      await stack.sqs.send(
        new SendMessageCommand({
          QueueUrl: stack.outputs.dead_letter_queue_url!,
          MessageBody: JSON.stringify(letter()),
        }),
      );
      const texts = commands.map(({ text }) => text).join('\n');
      const before = alice.frames.length;
      const printed = await runIn(shell, texts);
      const expected = [
        ...(texts.includes('npm run send') ? ['Your build is ready'] : []),
        ...[...texts.matchAll(/"message":"([^"]+)"/g)].map((found) => found[1]!),
        ...(texts.includes('start-message-move-task') ? ['From the dead letters'] : []),
      ];
      for (const message of expected) await arrives(message, before);
      if (texts.includes('npm run --silent token')) {
        const token = /eyJ[\w.-]+/.exec(printed)![0];
        expect((await stack.http('POST', '/api/v2/tickets', { token })).status).toBe(201);
      }
    });
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
});

describe('deploying', () => {
  const deploy = section(document, 'Deploy');
  const names = tabledNames(deploy);

  it('the outputs are those of the stack', () => {
    const outputs = ['http_url', 'web_socket_url', ...Object.keys(stack.outputs)].filter(
      (name) => name in stack.outputs,
    );
    const ofDesk = ['region', 'is_local', 'aws_endpoint_url', 'ws_url', 'aws_access_key_id', 'aws_secret_access_key'];
    const documented = names
      .filter((name) => /^[A-Z]/.test(name))
      .map((name) => name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase());
    expect(documented.sort(), "the second table of README.md's Deploy").toEqual(
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
    'PutEventsCommand',
    'createNotifications({',
    '<notification-bell>',
  ];
  const inShells = commandsOf('README.md').map(({ line }) => line);
  for (const { text, line } of all) {
    const isChecked = [...checked, 'new NotificationService'].some((part) => text.includes(part));
    expect(isChecked || inShells.includes(line), `README.md:${line} is not checked`).toBe(true);
  }
});
