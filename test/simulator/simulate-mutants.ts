// npm run simulate:mutants: takes each fix out of a copy of the bundle and measures how long the simulator needs to
// find it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { applyMutant, MUTANTS, type Mutant } from './mutants.ts';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** Of each mutant. */
    seconds: { type: 'string', default: '120' },
    only: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'carillon-mutants-'));

const mutated = (mutant: Mutant): Plugin => ({
  name: 'mutant',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: applyMutant(mutant, relative(root, path), readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
});

interface Result {
  mutant: string;
  found: 'yes' | 'NO';
  seconds: string;
  rule: string;
}

async function hunt(mutant: Mutant): Promise<Result> {
  const outfile = join(folder, `${mutant.name.replaceAll(' ', '-')}.mjs`);
  await build({
    entryPoints: [join(root, 'test/simulator/simulate.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [mutated(mutant)],
  });
  const startedMs = performance.now();
  const args = ['--seed', flags.seed, '--seconds', flags.seconds, '--notifications', 'Infinity', '--shrink', '0'];
  const child = spawn(process.execPath, [outfile, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  const rule = /^npm run simulate .*# (.*)$/m.exec(output)?.[1];
  if (code !== 0 && rule === undefined) throw new Error(`${mutant.name}: the simulator ended with ${code}.`);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  return { mutant: mutant.name, found: rule === undefined ? 'NO' : 'yes', seconds, rule: rule ?? '' };
}

const results: Result[] = [];
try {
  for (const mutant of MUTANTS) {
    if (flags.only !== undefined && mutant.name !== flags.only) continue;
    results.push(await hunt(mutant));
    const { found, seconds, rule } = results.at(-1)!;
    console.log(`${found.padEnd(4)}${seconds.padStart(6)} s  ${mutant.name.padEnd(31)} ${rule}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (results.some(({ found }) => found === 'NO')) process.exitCode = 1;
