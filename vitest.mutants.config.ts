// One run of `npm run mutants`: the tests that run in milliseconds, with one bug planted; the first failure ends it.
import { defineConfig } from 'vitest/config';
import { MUTANTS } from './test/mutants/mutants.ts';
import { plantMutant } from './test/mutants/plant-mutant.ts';

export default defineConfig({
  plugins: [plantMutant(MUTANTS[Number(process.env.MUTANT)]!)],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    bail: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TZ: 'UTC', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
