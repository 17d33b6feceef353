// What stands in for your application on every example page: a user who is signed in, and a button that sends a
// notification.

export const user = new URLSearchParams(location.search).get('user') ?? 'alice';
/** In your application: the organisation the user works in, where it has organisations. */
export const orgId = new URLSearchParams(location.search).get('org') ?? undefined;
/** In your application: the stack's output `HttpUrl`. */
export const apiUrl = location.origin;

let token: string | undefined;

/** In your application: the access token that your identity provider's library keeps. */
export async function getToken({ refresh }: { refresh: boolean }): Promise<string> {
  if (token && !refresh) return token;
  const claims = orgId === undefined ? {} : { claims: { org_id: orgId } };
  const reply = (await post('/_local/tokens', { user_id: user, ...claims })) as { token: string };
  token = reply.token;
  return token;
}

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}.`);
  return reply.json();
}

const SAMPLES = [
  { notification_type: 'trade.created', title: 'Trade confirmed', message: '250 AAPL at 228.40' },
  {
    notification_type: 'friend_request',
    title: 'Emma wants to be your friend',
    message: 'You have 4 friends in common',
  },
  { notification_type: 'csv.import', title: 'Import finished', message: '1,204 rows, 3 skipped' },
  { notification_type: 'error', title: 'Journal could not sync', message: 'The broker refused the password' },
];
let next = 0;

document.querySelector('#send')?.addEventListener('click', () => {
  void post('/_local/events', {
    detail: { user_id: user, ...(orgId && { org_id: orgId }), ...SAMPLES[next++ % SAMPLES.length] },
  });
});
