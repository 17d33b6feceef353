// What is published: the same for every command, because `cdk ls` or `cdk destroy` must not leave other code under a
// hash that `cdk deploy` would then take for the bundle.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../lib/function-maximums.ts';
import { NotificationStack } from '../../lib/notification-stack.ts';
import { VALIDATION } from './synthesized.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** The CLI names the stacks whose assets are to be bundled: none for `ls` and `destroy`. */
function assembly(bundlingStacks: string[]) {
  const outdir = mkdtempSync(join(tmpdir(), 'carillon-assets-'));
  folders.push(outdir);
  const context = { [VALIDATION]: false, 'aws:cdk:bundling-stacks': bundlingStacks };
  const app = new App({ context, outdir, analyticsReporting: false });
  new NotificationStack(app, 'Carillon', {});
  app.synth();
  const { files } = JSON.parse(readFileSync(join(outdir, 'Carillon.assets.json'), 'utf8'));
  const assets = Object.entries<any>(files).map(([hash, { source }]) => ({ hash, ...source }));
  return { outdir, code: assets.filter(({ packaging }) => packaging === 'zip') };
}

const contents = ({ outdir, code }: ReturnType<typeof assembly>): Record<string, string[][]> =>
  Object.fromEntries(
    code.map(({ hash, path }) => {
      const names = readdirSync(join(outdir, path));
      return [hash, names.map((name) => [name, readFileSync(join(outdir, path, name), 'latin1')])];
    }),
  );

describe('the code of the functions', () => {
  it('is the same bundles under the same hashes, whichever command synthesizes', () => {
    const [listed, deployed] = [assembly([]), assembly(['**'])];
    expect(deployed.code).toHaveLength(FUNCTION_NAMES.length);
    // Not compared by expect, which would print megabytes.
    expect(JSON.stringify(contents(listed)) === JSON.stringify(contents(deployed))).toBe(true);
    for (const files of Object.values(contents(listed))) expect(files.map(([name]) => name)).toEqual(['index.mjs']);
  });
});
