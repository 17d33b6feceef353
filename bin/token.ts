// npm run token: a token of the local issuer, for any user.
import { findStack } from './find-stack.ts';
import { readFlags, runCommand, showUsage } from './run-command.ts';

const USAGE = `Usage: npm run --silent token -- alice
       npm run --silent token -- --request '{"user_id":"alice","scopes":["openid"],"ttl_seconds":60,"claims":{}}'

Prints a JSON Web Token of the local runtime's issuer. For a deployed stack, sign in with its issuer.
`;
const WITHIN_MS = 10_000;

const { values: flags, positionals } = readFlags({
  allowPositionals: true,
  options: { request: { type: 'string' }, help: { type: 'boolean' } },
});
const [userId] = positionals;

if (flags.help || (userId === undefined) === (flags.request === undefined)) showUsage(USAGE, flags.help);
else
  await runCommand(async () => {
    const { http_url: url } = await findStack();
    const response = await fetch(`${url}/_local/tokens`, {
      method: 'POST',
      body: flags.request ?? JSON.stringify({ user_id: userId }),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const answer = (await response.json()) as { token?: string; message?: string };
    if (answer.token === undefined) throw new Error(`No token: ${answer.message}`);
    process.stdout.write(`${answer.token}\n`);
  });
