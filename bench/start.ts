// npm run bench:start: what a cold start loads: each function's bundle, its size, what importing it takes of the CPU,
// and what is in it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleHandler, writeBundle } from '../lib/bundle-handler.ts';
import { synthesize } from '../local/assembly.ts';
import { LOCAL_SETTINGS } from '../local/local-settings.ts';
import { bundleSize, contentsOf } from './bundle-contents.ts';
import { percentile } from './percentile.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '11' }, packages: { type: 'string', default: '8' } },
});
const KB = 1024;

const { template } = await synthesize(LOCAL_SETTINGS);
const folder = mkdtempSync(join(tmpdir(), 'carillon-bundles-'));
try {
  for (const { name, variables } of functions()) {
    const bundle = bundleHandler(name);
    const target = join(folder, name);
    writeBundle(bundle, target);
    const times = Array.from({ length: Number(values.runs) }, () => importCpuMs(join(target, 'index.mjs'), variables));
    const { rawBytes, gzipBytes } = bundleSize(bundle);
    const size = `${(rawBytes / KB).toFixed(0)} KB, ${(gzipBytes / KB).toFixed(0)} KB gzip`;
    console.log(
      `${name}: ${size}, import ${percentile(times, 50).toFixed(0)} ms of CPU (median of ${times.length} processes)`,
    );
    for (const [part, bytes] of contentsOf(bundle).slice(0, Number(values.packages))) {
      console.log(`  ${(bytes / KB).toFixed(1).padStart(7)} KB  ${part}`);
    }
    console.log('');
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Of the template: the short name of each function, and variables its code finds at start. */
function functions(): { name: string; variables: Record<string, string> }[] {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => {
      const declared = (Properties as any).Environment.Variables as Record<string, unknown>;
      const variables = Object.entries(declared).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : 'https://example.com/x',
      ]);
      return { name: String(declared.POWERTOOLS_SERVICE_NAME), variables: Object.fromEntries(variables) };
    });
}

/** CPU time, which other work changes little; in a process of its own, as in a new sandbox: nothing is compiled yet. */
function importCpuMs(file: string, variables: Record<string, string>): number {
  const url = JSON.stringify(pathToFileURL(file).href);
  const used = 'const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)';
  const code = `const before = process.cpuUsage(); await import(${url}); ${used}; process.exit()`;
  const env = {
    ...variables,
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { env, encoding: 'utf8' });
  return Number(out.trim().split('\n').at(-1));
}
