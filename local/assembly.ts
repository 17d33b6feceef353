// The cloud assembly to run: synthesized by the app itself, and kept until a source it is made from changes.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from './error-code.ts';
import type { Template } from './template/template.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Everything a synthesis reads. */
const SOURCES = [
  'bin',
  'iam-reference',
  'lib',
  'lambdas',
  'protocol',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
];
const KEPT = join(ROOT, '.carillon');
/** What the CDK CLI itself sets, so that the template is the one it deploys. */
const CLI_CONTEXT = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

export interface Assembly {
  /** The folder with the template and the bundles. */
  dir: string;
  stackName: string;
  template: Template;
}

/** `settings` are what `config/<stage>.json` would say. */
export async function synthesize(settings: Record<string, unknown> = {}): Promise<Assembly> {
  const dir = join(KEPT, `assembly-${await fingerprint(settings)}`);
  if (!existsSync(dir)) {
    const making = `${dir}.${process.pid}`;
    await mkdir(KEPT, { recursive: true });
    await runApp(making, settings);
    await rename(making, dir).catch(async (error: NodeJS.ErrnoException) => {
      // Another process made the same assembly meanwhile; its folder is as good as ours.
      if (!existsSync(dir)) throw error;
      await rm(making, { recursive: true });
    });
    await forgetOthers(dir);
  }
  return readAssembly(dir);
}

/** Reads an assembly that `cdk synth` left in a folder. */
export async function readAssembly(dir: string): Promise<Assembly> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.template.json'));
  if (names.length !== 1) {
    throw new Error(`${dir} holds ${names.length} templates; the local runtime runs an assembly of exactly one stack.`);
  }
  const template: Template = JSON.parse(await readFile(join(dir, names[0]!), 'utf8'));
  return { dir, stackName: names[0]!.replace(/\.template\.json$/, ''), template };
}

async function runApp(outDir: string, settings: Record<string, unknown>): Promise<void> {
  const { context: ofProject }: { context: object } = JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8'));
  const app = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'bin/app.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: outDir,
      // `cdk synth`, `cdk deploy` and the tests hold the template to CloudFormation's rules; here it would cost seconds
      // a start.
      CDK_VALIDATION: 'false',
      // `carillon:settings` is read in place of the file: lib/settings.ts.
      CDK_CONTEXT_JSON: JSON.stringify({ ...ofProject, ...CLI_CONTEXT, 'carillon:settings': settings }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  app.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(app, 'close')) as [number | null];
  if (code !== 0) {
    await rm(outDir, { recursive: true, force: true });
    throw new Error(`The app could not be synthesized:\n${said.trim()}`);
  }
}

async function fingerprint(settings: Record<string, unknown>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const source of SOURCES) {
    for (const file of await filesIn(join(ROOT, source))) {
      hash.update(`\0${relative(ROOT, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const nested = await Promise.all(entries.map((entry) => filesIn(join(path, entry.name))));
    return nested.flat().sort();
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return [path];
    throw error;
  }
}

/** Our choice: the four newest stay, so that changing back and forth between branches stays fast. */
const ASSEMBLIES_KEPT = 4;

async function forgetOthers(newest: string): Promise<void> {
  const stampFile = join(newest, '.made');
  await writeFile(stampFile, new Date().toISOString());
  const dirs = (await readdir(KEPT)).filter((name) => /^assembly-[0-9a-f]+$/.test(name));
  const made = await Promise.all(
    dirs.map(async (name) => ({ name, at: await readFile(join(KEPT, name, '.made'), 'utf8').catch(() => '') })),
  );
  const old = made.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(ASSEMBLIES_KEPT);
  await Promise.all(old.map(({ name }) => rm(join(KEPT, name), { recursive: true, force: true })));
}
