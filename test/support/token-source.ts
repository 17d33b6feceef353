// Tokens of the target's issuer: from the local runtime, a URL or a command that issues them for any user.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface TokenOptions {
  scopes?: string[];
  ttl_seconds?: number;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  without?: string[];
}

export type TokenSource = (userId: string, options?: TokenOptions) => Promise<string>;

const WITHIN_MS = 60_000;
const run = promisify(execFile);

/** `localUrl` is where the local runtime issues them; undefined for a stack that has no such place. */
export function tokenSource(localUrl: string | undefined): TokenSource {
  const url = localUrl ?? process.env.E2E_TOKEN_URL;
  if (url !== undefined) return kept((request) => fromUrl(url, request));
  const command = process.env.E2E_TOKEN_COMMAND;
  if (command !== undefined) return kept((request) => fromCommand(command, request));
  return async () => {
    throw new Error('This target issues no tokens: skip the test unless hasTokens.');
  };
}

/** A command may take a second: what was asked for once is used again, unless the test watches it end. */
function kept(issue: (request: TokenOptions & { user_id: string }) => Promise<string>): TokenSource {
  const known = new Map<string, Promise<string>>();
  return (userId, options = {}) => {
    const request = { user_id: userId, ...options };
    if (options.ttl_seconds !== undefined) return issue(request);
    const key = JSON.stringify(request);
    const token = known.get(key) ?? issue(request);
    known.set(key, token);
    return token;
  };
}

async function fromUrl(url: string, request: object): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  const answer = (await response.json()) as { token?: string };
  if (answer.token === undefined) throw new Error(`${url} gives no token: ${JSON.stringify(answer)}`);
  return answer.token;
}

async function fromCommand(command: string, request: { user_id: string }): Promise<string> {
  const env = { ...process.env, USER_ID: request.user_id, TOKEN_REQUEST: JSON.stringify(request) };
  const { stdout } = await run('sh', ['-c', command], { env, timeout: WITHIN_MS });
  return stdout.trim();
}
