import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRIES, FUNCTIONS, manifestOf } from '../../packaging/entries.ts';
import { type ConsumerApp, consumerApp, link, npm, type Packed, pack, ROOT } from './consumer-app.ts';

/** Our choice: a quick download, and far below what a forgotten folder would make of it. */
const TARBALL_MAX_BYTES = 1_500_000;
const COMPILED = /^(package\.json|LICENSE|(README|API|CHANGELOG)\.md|dist\/.+\.(mjs|cjs|d\.ts|json))$/;

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
}, 300_000);
afterAll(() => rm(dirname(packed.tarball), { recursive: true }));

describe('the tarball', () => {
  it(`is smaller than ${TARBALL_MAX_BYTES} bytes`, () => {
    expect(statSync(packed.tarball).size).toBeLessThan(TARBALL_MAX_BYTES);
  });

  it('holds compiled files only, and every file that an entry point names', () => {
    expect(packed.files.filter((path) => !COMPILED.test(path))).toEqual([]);
    const named = JSON.stringify(manifestOf(ENTRIES))
      .match(/\.\/dist\/[^"]+/g)!
      .map((path) => path.slice('./'.length));
    expect(named.filter((path) => !packed.files.includes(path))).toEqual([]);
  });

  it('declares each entry point, and nothing to install along with it', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'carillon', ...manifestOf(ENTRIES) });
    for (const installedToo of ['dependencies', 'optionalDependencies', 'bundleDependencies'])
      expect(manifest, installedToo).not.toHaveProperty(installedToo);
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(readme).toContain(`aws-cdk-lib\` ${manifest.peerDependencies['aws-cdk-lib'].slice(1)} or newer`);
    expect(readme).toContain(`carillon-${manifest.version}.tgz`);
  });
});

describe.each(['commonjs', 'module'] as const)('an app of type %s', (kind) => {
  let app: ConsumerApp;
  beforeAll(async () => {
    app = await consumerApp(kind);
    // As a consumer does it; its peers are linked instead of downloaded.
    await npm(app.dir, 'install', '--offline', '--ignore-scripts', '--legacy-peer-deps', packed.tarball);
    link(app, 'aws-cdk-lib', 'constructs', 'react', '@types/react', 'csstype', '@types/node', 'undici-types');
    link(app, '@aws-sdk/client-eventbridge');
  }, 300_000);
  afterAll(() => rm(app.dir, { recursive: true }));

  it('type-checks, compiles, and synthesizes two services in one stack', async () => {
    // The declarations themselves are checked too: once will do, for those of both kinds are the same.
    await app.tsc('.', '--skipLibCheck', String(kind === 'module'));
    await app.node(['built/bin/app.js'], { CDK_OUTDIR: 'out-tsc' });
    const { counts, assets } = app.synthesized('out-tsc');
    expect(counts).toMatchObject({
      'AWS::DynamoDB::GlobalTable': 2,
      'AWS::ApiGatewayV2::Api': 4,
      'AWS::Lambda::Function': 1 + 2 * FUNCTIONS.length,
      'AWS::Events::EventBus': 2,
    });
    expect(assets).toHaveLength(FUNCTIONS.length);
    for (const asset of assets) expect(statSync(join(asset, 'index.mjs')).size).toBeGreaterThan(50_000);
  }, 300_000);

  it('runs as TypeScript', async () => {
    const env = { CDK_OUTDIR: 'out-tsx', CDK_VALIDATION: 'false' };
    await app.node(['--import', import.meta.resolve('tsx'), 'bin/app.ts'], env);
    expect(app.synthesized('out-tsx').counts['AWS::Events::EventBus']).toBe(2);
  }, 300_000);

  it('type-checks a page and loads its client outside a browser', async () => {
    await app.tsc('page');
    expect(await app.node(['built/page/page.js'])).toBe('function,function,function\n');
  }, 300_000);

  it('type-checks a producer and runs it', async () => {
    await app.tsc('producer');
    expect(await app.node(['built/producer/producer.js'])).toBe('title must not be empty\norder-7\n');
  }, 300_000);

  it('type-checks where a bundler resolves modules', async () => {
    await app.tsc('.', '--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit', '--skipLibCheck');
  }, 300_000);
});
