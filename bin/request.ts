// npm run request: what became of a request.
import { findStack } from './find-stack.ts';
import { readFlags, runCommand, showUsage } from './run-command.ts';
import { signedCall } from './signed-call.ts';

const USAGE = `Usage: npm run request -- order-42 --source orders --user alice

Prints how far a request has come, by its own id or by the id that PutEvents answered.

  --source  the event's Source (default carillon.send, which npm run send sends with)
  --user    also what happened to it in this user's inbox
  --stack   a deployed stack by its name, instead of the local runtime (uses your AWS credentials)
`;

const { values: flags, positionals } = readFlags({
  allowPositionals: true,
  options: {
    source: { type: 'string', default: 'carillon.send' },
    user: { type: 'string' },
    stack: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [id] = positionals;

if (flags.help || id === undefined) showUsage(USAGE, flags.help);
else
  await runCommand(async () => {
    const call = signedCall(await findStack(flags.stack));
    const query = new URLSearchParams({
      source: flags.source,
      ...(flags.user !== undefined && { user_id: flags.user }),
    });
    const status = await call('GET', `/internal/requests/${encodeURIComponent(id)}?${query}`);
    process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
  });
