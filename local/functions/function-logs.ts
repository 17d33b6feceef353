// A function's output on its way to its log group: it needs the role's permission, or the lines are lost as on AWS.
import type { Activity } from '../activity.ts';
import type { Gate } from '../gate.ts';
import { logEventBytes } from '../log-event.ts';
import type { Meter } from '../meter.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { OutputChunk } from './runtime/messages.ts';

export interface LogLine {
  /** The function's short name. */
  function: string;
  /** Absent for what is printed while the bundle loads. */
  requestId?: string;
  stream: 'stdout' | 'stderr';
  line: string;
}

/** The log stream of one sandbox. */
export interface FunctionLog {
  collect(output: OutputChunk[]): void;
  /** Sends what was collected, as the output of this request. */
  flush(requestId?: string): void;
}

export function functionLog(options: {
  definition: FunctionDefinition;
  logStreamArn: string;
  gate: Gate;
  activity: Activity;
  meter: Meter;
  log: (line: LogLine) => void;
}): FunctionLog {
  const { definition, logStreamArn, gate, activity, meter, log } = options;
  let collected: OutputChunk[] = [];

  /** False when the role does not allow it, or a fault applied; the gate has recorded which. */
  const allowed = (operation: string, run: () => void): Promise<boolean> =>
    activity.track(
      gate
        .call({
          who: definition.principal,
          service: 'logs',
          operation,
          permissions: [{ action: `logs:${operation}`, resource: logStreamArn }],
          run: async () => run(),
        })
        .then(
          () => true,
          () => false,
        ),
    );

  const streamMade = allowed('CreateLogStream', () => undefined);

  async function write(output: OutputChunk[], requestId: string | undefined): Promise<void> {
    // Without its stream there is nothing to put events into.
    if (!(await streamMade)) return;
    await allowed('PutLogEvents', () => {
      for (const { stream, line } of lines(output)) {
        meter.add('log_gb', logEventBytes(line) / 1e9, definition.name);
        log({ function: definition.name, ...(requestId ? { requestId } : {}), stream, line });
      }
    });
  }

  return {
    collect(output) {
      collected.push(...output);
    },
    flush(requestId) {
      if (collected.length === 0) return;
      const output = collected;
      collected = [];
      void activity.track(write(output, requestId));
    },
  };
}

function lines(output: OutputChunk[]): { stream: OutputChunk['stream']; line: string }[] {
  return (['stdout', 'stderr'] as const).flatMap((stream) => {
    const text = output.map((chunk) => (chunk.stream === stream ? chunk.text : '')).join('');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ stream, line }));
  });
}
