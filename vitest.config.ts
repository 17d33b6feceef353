// Tests: parts run without a stack (`npm run check`); end-to-end files each start one of their own, and what documents
// print runs as printed (`npm run test:stack`).
import { defineConfig } from 'vitest/config';

const shared = {
  pool: 'forks' as const,
  // Far above what anything takes: a busy machine is no failure, and what hangs is named in the end.
  testTimeout: 120_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 20_000 } },
  // .ci/run tries once more what failed, and says so: its machine may stop for seconds.
  retry: Number(process.env.TEST_RETRIES ?? 0),
  setupFiles: ['test/support/fast-check-seed.ts', 'test/support/own-runtime-file.ts'],
  env: { TZ: 'UTC', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};
/** They run the synthesized stack, which is made once, before the first of them. */
const END_TO_END = ['test/e2e/**/*.test.ts', 'test/bench/cost.test.ts', 'test/fuzz/over-http.test.ts'];
/**
 * They run what the documents print, and the package; some choose by the environment which stack the support files
 * find.
 */
const PRINTED = ['test/docs/{client-programs,deploy,readme}.test.ts', 'test/package/**/*.test.ts'];
const synthesized = { ...shared, globalSetup: ['test/support/synthesize-once.ts'] };

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
      // Files share what they import, and what the engine has compiled of it: it halves their time.
      {
        test: {
          ...shared,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...END_TO_END, ...PRINTED],
          isolate: false,
        },
      },
      { test: { ...synthesized, name: 'stack', include: END_TO_END, isolate: false } },
      // In a terminal of their own, which knows the runtime that `npm start` began by its usual file.
      { test: { ...synthesized, name: 'printed', include: PRINTED, setupFiles: ['test/support/fast-check-seed.ts'] } },
    ],
  },
});
