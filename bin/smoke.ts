// npm run smoke: the first notification through a stack, step by step, with AWS credentials and nothing else.
import { randomUUID } from 'node:crypto';
import { findStack } from './find-stack.ts';
import { readFlags, runCommand } from './run-command.ts';
import { StepFailed, smokeReport } from './smoke-report.ts';
import { runSmoke } from './smoke-steps.ts';

const USAGE = `Usage: npm run smoke -- [--stack NAME] [--within SECONDS]

  --stack     a deployed stack, found with your AWS credentials; otherwise the local runtime
  --within    how long to wait for a frame, 30 by default

Takes a ticket, opens a socket, sends notifications to a user it invents, waits for their frames and reads them back.
They expire after an hour.
`;

const { values: flags } = readFlags({
  options: {
    stack: { type: 'string' },
    within: { type: 'string', default: '30' },
    help: { type: 'boolean' },
  },
});

if (flags.help) process.stdout.write(USAGE);
else
  await runCommand(async () => {
    const withinMs = Number(flags.within) * 1000;
    if (!(withinMs > 0)) throw new Error('--within must be a number of seconds, more than 0.');
    const write = (text: string) => process.stdout.write(text);
    write(`\nSmoke test of ${flags.stack === undefined ? 'the local runtime' : `the stack ${flags.stack}`}\n\n`);
    const report = smokeReport(write);
    try {
      const find = () => findStack(flags.stack);
      await runSmoke({ find, report, withinMs, userId: `smoke-${randomUUID()}` });
      write('\nEvery step passed.\n');
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      write(`\nFailed: ${error.message}\n`);
      process.exitCode = 1;
    }
  });
