// npm run test:browser: what needs a browser on the machine.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    globalSetup: ['test/browser/start-once.ts'],
    setupFiles: ['test/support/own-runtime-file.ts'],
    pool: 'forks',
    // The machine of CI has two cores. The files share one Chromium.
    maxWorkers: 2,
    isolate: false,
    // Far above what anything takes: a busy machine is no failure, and what hangs is named in the end.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    // .ci/run tries once more what failed, and says so: its machine may stop for seconds.
    retry: Number(process.env.TEST_RETRIES ?? 0),
    env: { TZ: 'UTC', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
