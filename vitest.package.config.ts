// npm run test:package: the packed package in other apps: with the CDK installed here, and with the oldest it says it
// works with, from the npm registry.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/package/package.test.ts', 'test/package/**/*.registry.ts'],
    maxWorkers: 1,
    pool: 'forks',
    // .ci/run tries once more what failed, and says so: its machine may stop for seconds.
    retry: Number(process.env.TEST_RETRIES ?? 0),
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
