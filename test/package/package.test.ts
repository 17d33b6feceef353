import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRIES, exportsOf, FUNCTIONS } from '../../packaging/entries.ts';
import { type ConsumerApp, consumerApp, link, type ModuleKind, npm, pack, ROOT } from './consumer-app.ts';

/** Our choice: a quick download, and far below what a bundled SDK or a forgotten folder would make of it. */
const TARBALL_MAX_BYTES = 1_500_000;
const FILES = /^(package\.json|(README|API|CHANGELOG)\.md|dist\/(construct|presets|functions|types)\/.+)$/;

let tarball: string;
beforeAll(async () => {
  tarball = await pack();
}, 120_000);
afterAll(() => rm(dirname(tarball), { recursive: true }));

async function installed(kind: ModuleKind, compilerOptions: object = {}): Promise<ConsumerApp> {
  const app = await consumerApp(kind, compilerOptions);
  // As a consumer does it; its peers are linked instead of downloaded.
  await npm(app.dir, 'install', '--offline', '--ignore-scripts', '--legacy-peer-deps', tarball);
  link(app, 'aws-cdk-lib', 'constructs', '@types/node', 'undici-types');
  return app;
}

function expectComplete({ counts, assets }: ReturnType<ConsumerApp['synthesized']>) {
  expect(counts).toMatchObject({
    'AWS::DynamoDB::GlobalTable': 2,
    'AWS::ApiGatewayV2::Api': 4,
    'AWS::Lambda::Function': 1 + 2 * FUNCTIONS.length,
    'AWS::Events::EventBus': 2,
  });
  expect(assets).toHaveLength(FUNCTIONS.length);
  for (const asset of assets) expect(statSync(join(asset, 'index.mjs')).size).toBeGreaterThan(50_000);
}

describe('the tarball', () => {
  it(`is smaller than ${TARBALL_MAX_BYTES} bytes`, () => {
    expect(statSync(tarball).size).toBeLessThan(TARBALL_MAX_BYTES);
  });

  it('declares every entry point, and nothing that must be installed with it', async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(manifest.exports).toEqual(exportsOf(ENTRIES));
    expect(manifest.name).toBe('carillon');
    for (const installedToo of ['dependencies', 'optionalDependencies', 'bundleDependencies'])
      expect(manifest, installedToo).not.toHaveProperty(installedToo);
  });
});

describe.each(['commonjs', 'module'] as const)('an app of type %s', (kind) => {
  let app: ConsumerApp;
  beforeAll(async () => {
    // The declarations themselves are checked too.
    app = await installed(kind, { skipLibCheck: false });
  }, 60_000);
  afterAll(() => rm(app.dir, { recursive: true }));

  it('gets only compiled files, and every one that is declared', () => {
    const folder = join(app.dir, 'node_modules/carillon');
    const targets = JSON.stringify(exportsOf(ENTRIES)).match(/\.\/dist\/[^"]+/g)!;
    expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
    expect(FILES.test('dist/construct/notification-service.cjs')).toBe(true);
  });

  it('type-checks, compiles with tsc, and synthesizes two services in one stack', async () => {
    await app.node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.');
    await app.node('-e', `process.env.CDK_OUTDIR = 'out-tsc'; import('./built/bin/app.js');`);
    expectComplete(app.synthesized('out-tsc'));
  });

  it('synthesizes its TypeScript without compiling it first', async () => {
    const tsx = JSON.stringify(import.meta.resolve('tsx'));
    await app.node('-e', `process.env.CDK_OUTDIR = 'out-tsx'; import(${tsx}).then(() => import('./bin/app.ts'));`);
    expectComplete(app.synthesized('out-tsx'));
  });

  it('type-checks where a bundler resolves modules', async () => {
    const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit', '--skipLibCheck'];
    await app.node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.', ...bundler);
  });
});
