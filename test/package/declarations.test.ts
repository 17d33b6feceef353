// Declarations of files with schemas: a consumer has no schema library.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeDeclarations } from '../../packaging/declarations.ts';
import { ROOT } from './consumer-app.ts';

let dist: string;
beforeAll(() => {
  dist = mkdtempSync(join(tmpdir(), 'carillon-declarations-'));
  const entry = (source: string) => ({ name: './x', source, output: 'x', platform: 'browser' as const, peers: [] });
  writeDeclarations([entry('protocol/server-frame.ts'), entry('protocol/request.ts')], dist);
});
afterAll(() => rmSync(dist, { recursive: true }));

it('name no package', () => {
  const files = readdirSync(join(dist, 'types/esm'), { recursive: true, encoding: 'utf8' });
  const declarations = files.filter((name) => name.endsWith('.d.ts'));
  expect(declarations).toContain('protocol/notification.d.ts');
  for (const name of declarations) expect(readFileSync(join(dist, 'types/esm', name), 'utf8'), name).not.toMatch(/zod/);
});

it('say what the schemas say', () => {
  writeFileSync(
    join(dist, 'types/esm/consumer.ts'),
    `import type { Notification } from './protocol/notification.js';
import type { NotificationRequestInput } from './protocol/request.js';
import type { ServerFrame } from './protocol/server-frame.js';
declare const notification: Notification;
declare const frame: ServerFrame;
export const priority: 'normal' | 'high' | 'critical' = notification.priority;
export const readAt: string | null = notification.read_at;
// @ts-expect-error It is a string or null.
export const number: number = notification.read_at;
export const request: NotificationRequestInput = { user_id: 'alice', notification_type: 'system' };
// @ts-expect-error There are three priorities.
export const urgent: NotificationRequestInput = { notification_type: 'system', priority: 'urgent' };
export const title = frame.type === 'notification' ? frame.notification.title.length : 0;
`,
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', ''];
  execFileSync(process.execPath, [tsc, ...options, 'consumer.ts'], { cwd: join(dist, 'types/esm'), stdio: 'inherit' });
});
