// The bundled code of sandboxes is made once for each state of its source: a start finds it on disk.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, it, vi } from 'vitest';

const KEPT = new URL('../../../.carillon/', import.meta.url);
const files = () => (existsSync(KEPT) ? readdirSync(KEPT).filter((name) => /^worker-[0-9a-f]+\.cjs$/.test(name)) : []);

/** As a new process has it: nothing is remembered. */
async function freshWorkerCode(): Promise<string> {
  vi.resetModules();
  const { workerCode } = await import('../../../local/functions/worker-code.ts');
  return workerCode();
}

it('is kept on disk, and taken from there', async () => {
  for (const name of files()) rmSync(new URL(name, KEPT));
  const bundled = await freshWorkerCode();
  expect(bundled).toContain('workerData');
  expect(files()).toHaveLength(1);
  const [kept] = files();
  expect(readFileSync(new URL(kept!, KEPT), 'utf8')).toBe(bundled);
  vi.doMock('node:module', () => ({
    createRequire: () => () => {
      throw new Error('the bundler was loaded');
    },
  }));
  expect(await freshWorkerCode()).toBe(bundled);
  vi.doUnmock('node:module');
});
