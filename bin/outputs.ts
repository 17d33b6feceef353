// npm run outputs: the stack's outputs as JSON, or as lines for a shell.
import { environmentLines } from './environment-lines.ts';
import { findStack } from './find-stack.ts';
import { readFlags, runCommand } from './run-command.ts';

const USAGE = `Usage: npm run --silent outputs -- [--stack NAME] [--env]

  --stack    a deployed stack, found with your AWS credentials; otherwise the local runtime
  --env      prints lines for a shell: eval "$(npm run --silent outputs -- --env)"
`;

const { values: flags } = readFlags({
  options: { stack: { type: 'string' }, env: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (flags.help) process.stdout.write(USAGE);
else
  await runCommand(async () => {
    const outputs = await findStack(flags.stack);
    process.stdout.write(flags.env ? environmentLines(outputs) : `${JSON.stringify(outputs, null, 2)}\n`);
  });
