// npm run erase: erases all that is stored of a user.
import { findStack } from './find-stack.ts';
import { BadInput, readFlags, runCommand, showUsage } from './run-command.ts';
import { pages, signedCall } from './signed-call.ts';

const USAGE = `Usage: npm run erase -- alice --yes

Closes the user's sockets, forgets the phones and erases every row of the table that is about the user. It can't be taken back.
First disable the user at your identity provider: an open page would connect again. What stays elsewhere: docs/operate.md.

  --yes    do it
  --stack  a deployed stack by its name, instead of the local runtime (uses your AWS credentials)
`;

const { values: flags, positionals } = readFlags({
  allowPositionals: true,
  options: { stack: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
});
const [userId] = positionals;

if (flags.help || userId === undefined) showUsage(USAGE, flags.help);
else
  await runCommand(async () => {
    if (!flags.yes) throw new BadInput(`This erases everything of ${userId}. Add --yes to do it.`);
    const call = signedCall(await findStack(flags.stack));
    let erased = 0;
    for await (const page of pages(call, 'DELETE', `/internal/users/${encodeURIComponent(userId)}`))
      erased += page.erased;
    process.stdout.write(`${erased} rows of ${userId} erased\n`);
  });
