// npm run test:package: the packed package in other apps: with the CDK installed here, and with the oldest it says it
// works with, from the npm registry.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/package/package.test.ts', 'test/package/**/*.registry.ts'],
    maxWorkers: 1,
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
