// The oldest CDK in the range of the peer dependencies, with the TypeScript and the ts-node of its time.
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsumerApp, consumerApp, npm, type Packed, pack, ROOT } from './consumer-app.ts';

const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  peerDependencies: Record<string, string>;
};
const oldest = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range.replace('^', '')}`);

let packed: Packed;
let app: ConsumerApp;
beforeAll(async () => {
  packed = await pack();
  // As `cdk init` wrote it then: TypeScript's classic resolution reads `main` and `types`, and no `exports`.
  app = await consumerApp('commonjs', { module: 'CommonJS', moduleResolution: 'Node10', skipLibCheck: true });
  await npm(
    app.dir,
    'install',
    '--ignore-scripts',
    packed.tarball,
    ...oldest,
    'typescript@5.6.3',
    'ts-node@10.9.2',
    '@types/node@20.19.43',
  );
});
afterAll(async () => {
  await rm(app.dir, { recursive: true });
  await rm(dirname(packed.tarball), { recursive: true });
});

it(`installs and synthesizes with ${oldest.join(' and ')}`, async () => {
  const installed = readFileSync(join(app.dir, 'node_modules/aws-cdk-lib/package.json'), 'utf8');
  expect(`aws-cdk-lib@${JSON.parse(installed).version}`).toBe(oldest.find((name) => name.startsWith('aws-cdk-lib')));
  await app.node(['--require', 'ts-node/register', 'bin/app.ts'], { CDK_OUTDIR: 'out' });
  expect(app.synthesized('out').counts).toMatchObject({
    'AWS::Events::EventBus': 2,
    'AWS::ApiGatewayV2::Api': 4,
    'AWS::Lambda::Function': 11,
  });
});
