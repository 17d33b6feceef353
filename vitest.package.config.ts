// npm run test:package: the packed package in an app with the oldest CDK it says it works with, from the npm registry.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/package/**/*.registry.ts'], pool: 'forks', testTimeout: 120_000, hookTimeout: 180_000 },
});
