// FUZZ_SEED holds for every property test, so that a run can be repeated; without it each run has a seed of its own.
import fc from 'fast-check';

if (process.env.FUZZ_SEED !== undefined) fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED) });
