// Calls the runtime's control API and the stack's own API; what goes wrong becomes one sentence.

import type { LiveUser } from '../../protocol/local/live-state.ts';

export class CallFailed extends Error {}

export async function callRuntime<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  return call<Answer>(method, `/_local/${path}`, body);
}

/** A user, in an organisation where `org_id` names one. */
export type Caller = Pick<LiveUser, 'id' | 'org_id'>;

/** A REST call as a user of the stack. */
export async function callAs<Answer>(caller: Caller, method: string, path: string, body?: unknown): Promise<Answer> {
  const claims = caller.org_id === undefined ? {} : { claims: { org_id: caller.org_id } };
  const { token } = await callRuntime<{ token: string }>('POST', 'tokens', { user_id: caller.id, ...claims });
  return call<Answer>(method, path, body, { authorization: `Bearer ${token}` });
}

async function call<Answer>(method: string, path: string, body: unknown, headers = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new CallFailed('The runtime does not answer. Start it with npm start.');
  }
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
  throw new CallFailed(reasonIn(text) ?? `The runtime refused this: HTTP ${response.status}.`);
}

function reasonIn(text: string): string | undefined {
  try {
    const { message, detail } = JSON.parse(text) as { message?: string; detail?: string };
    return message ?? detail;
  } catch {
    return undefined; // No JSON: the status says what there is to say.
  }
}

/** What to show of anything that was thrown. */
export const sentenceOf = (error: unknown): string =>
  error instanceof CallFailed ? error.message : `The console failed: ${String(error)}.`;
