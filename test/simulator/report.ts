// A failing episode for a person: what is left of its plan, and the lines of its trace that are about what went wrong.
import { runEpisode } from './episode.ts';
import { runChecks } from './run-checks.ts';
import type { Failure } from './shrink.ts';
import { newTrace } from './trace.ts';

/** Our choice: more than a person reads. */
const LINES_MAX = 80;

export async function report({ plan, violation }: Failure): Promise<string> {
  const trace = newTrace(true);
  const violations = runChecks(await runEpisode(plan, trace));
  const { ops, ...rest } = plan;
  const isShort = trace.lines.length <= LINES_MAX;
  const lines = isShort
    ? trace.lines
    : trace.lines.filter((line) => violation.about.some((word) => line.includes(word)));
  return [
    `${violation.rule}: ${violation.detail}`,
    JSON.stringify(rest),
    ...ops.slice(0, LINES_MAX / 2).map((op) => `  ${JSON.stringify(op)}`),
    ...(ops.length > LINES_MAX / 2 ? [`  and ${ops.length - LINES_MAX / 2} more`] : []),
    isShort ? 'trace:' : `trace, ${trace.lines.length} lines, those about ${violation.about.join(', ')}:`,
    ...lines.slice(0, LINES_MAX),
    ...violations.map((one) => `violated: ${one.rule}: ${one.detail}`).slice(0, 5),
  ].join('\n');
}
