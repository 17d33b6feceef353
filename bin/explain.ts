// npm run explain: what a request would do, to whom, why and for how many dollars. Sends nothing.
import { findStack } from './find-stack.ts';
import { readFlags, runCommand } from './run-command.ts';
import { DETAIL_OPTIONS, detailText } from './send-detail.ts';
import { signedCall } from './signed-call.ts';

const USAGE = `Usage: npm run explain -- --to alice --title "Hello" --message "Your build is ready"

Takes what npm run send takes, and prints what would happen, without sending it.

  --source  the event's Source, so that a repeated --id is found (default carillon.send, which npm run send sends with)
  --stack   a deployed stack by its name, instead of the local runtime (uses your AWS credentials)
`;

const { values: flags } = readFlags({
  options: {
    ...DETAIL_OPTIONS,
    source: { type: 'string', default: 'carillon.send' },
    stack: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (flags.help) process.stdout.write(USAGE);
else
  await runCommand(async () => {
    const call = signedCall(await findStack(flags.stack));
    const request = JSON.parse(detailText(flags, Date.now()));
    const explanation = await call('POST', '/internal/explain', { source: flags.source, request });
    process.stdout.write(`${JSON.stringify(explanation, null, 2)}\n`);
    if (explanation.outcome === 'rejected') process.exitCode = 1;
  });
