// At the end of npm run e2e: how many cases ran, and what the target lacks for the others.
import type { Reporter, TestModule } from 'vitest/node';

/** Every skipped case says in its name, or in a describe's around it, what it needs. */
const REASON = /\(needs ([^)]+)\)/;

export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cases = modules.flatMap((one) => [...one.children.allTests()]);
    const skipped = cases.filter((one) => one.result().state === 'skipped');
    const failed = cases.filter((one) => one.result().state === 'failed');
    const byReason = new Map<string, number>();
    for (const one of skipped) {
      const reason = REASON.exec(one.fullName)?.[1] ?? 'what their names do not say';
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
    }
    const ran = cases.length - skipped.length;
    process.stdout.write(
      `Ran ${ran} of ${cases.length} cases; ${failed.length} failed, ${skipped.length} were skipped.\n`,
    );
    const reasons = [...byReason].sort(([, one], [, other]) => other - one);
    for (const [reason, count] of reasons)
      process.stdout.write(`  ${String(count).padStart(4)} ${count === 1 ? 'needs' : 'need'} ${reason}\n`);
  }
}
