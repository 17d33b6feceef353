// Tests: domain and parts run in milliseconds; end-to-end files each start a stack of their own.
import { defineConfig } from 'vitest/config';

const shared = {
  pool: 'forks' as const,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  env: { TZ: 'UTC', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};
/** Files that run the synthesized stack: it is made once, before the first of them. */
const RUNNING = ['test/e2e/**/*.test.ts', 'test/docs/**/*.test.ts'];

export default defineConfig({
  test: {
    // The machine of CI has two cores, and an end-to-end file keeps one busy.
    maxWorkers: 2,
    // npm run coverage: what the tests that run in milliseconds reach of the functions.
    coverage: {
      include: ['lambdas/**'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: '.carillon/coverage',
      thresholds: { 'lambdas/domain/**': { lines: 95 }, 'lambdas/**': { lines: 90 } },
    },
    projects: [
      // They change nothing outside themselves, so files share what is imported: it halves their time.
      { test: { ...shared, name: 'parts', include: ['test/**/*.test.ts'], exclude: RUNNING, isolate: false } },
      { test: { ...shared, name: 'stack', include: RUNNING, globalSetup: ['test/support/synthesize-once.ts'] } },
    ],
  },
});
