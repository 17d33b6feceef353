// npm run export: all that is stored of a user, one row a line.
import { findStack } from './find-stack.ts';
import { readFlags, runCommand, showUsage } from './run-command.ts';
import { pages, signedCall } from './signed-call.ts';

const USAGE = `Usage: npm run --silent export -- alice > alice.jsonl

Prints every row of the table that is about the user, as JSON, one a line. Reads the whole table.

  --stack  a deployed stack by its name, instead of the local runtime (uses your AWS credentials)
`;

const { values: flags, positionals } = readFlags({
  allowPositionals: true,
  options: { stack: { type: 'string' }, help: { type: 'boolean' } },
});
const [userId] = positionals;

if (flags.help || userId === undefined) showUsage(USAGE, flags.help);
else
  await runCommand(async () => {
    const call = signedCall(await findStack(flags.stack));
    for await (const { rows } of pages(call, 'GET', `/internal/users/${encodeURIComponent(userId)}/export`)) {
      for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
    }
  });
