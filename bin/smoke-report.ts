// The steps of a smoke test as a person reads them: what was done and how long it took, or why it failed and where to
// look.
import { styleText } from 'node:util';

const NAME_WIDTH = 58;

export interface SmokeReport {
  /** Runs one step; a failure prints the cause and `look`, and ends the test. */
  step<Result>(name: string, look: string, run: () => Promise<Result>): Promise<Result>;
  heading(text: string): void;
  note(name: string, finding: string): void;
}

/** A step failed, and has been printed. */
export class StepFailed extends Error {}

export function smokeReport(write: (text: string) => void): SmokeReport {
  return {
    async step(name, look, run) {
      const startedAt = performance.now();
      const milliseconds = () => `${Math.round(performance.now() - startedAt)} ms`.padStart(8);
      try {
        const result = await run();
        write(`  ${styleText('green', '✓')} ${name.padEnd(NAME_WIDTH)} ${milliseconds()}\n`);
        return result;
      } catch (error) {
        write(`  ${styleText('red', '✗')} ${name.padEnd(NAME_WIDTH)} ${milliseconds()}\n`);
        write(`\n    Cause: ${error instanceof Error ? error.message : String(error)}\n    Look:  ${look}\n`);
        throw new StepFailed(name);
      }
    },
    heading: (text) => write(`\n${text}\n\n`),
    note: (name, finding) => write(`  ${name.padEnd(NAME_WIDTH)} ${finding}\n`),
  };
}
