// Which tokens open a socket and the HTTP API: the same ones, whatever they say of themselves, and none when keys are
// missing.
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi, ownsTarget } from '../support/target.ts';
import { typedTokens } from '../support/typed-tokens.ts';
import { upgradeStatus } from '../support/upgrade-status.ts';

const opened: Duplex[] = [];
const stacks: StackUnderTest[] = [];
const started = async (options: Parameters<typeof stackUnderTest>[0] = {}) => {
  const stack = await stackUnderTest(options);
  stacks.push(stack);
  return stack;
};
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  for (const stack of stacks) await stack.close();
});

const atSocket = (stack: StackUnderTest, token: string) =>
  upgradeStatus(stack.outputs.ws_url!, { authorization: `Bearer ${token}` }, opened);
const inUrl = (stack: StackUnderTest, name: string, token: string) =>
  upgradeStatus(`${stack.outputs.ws_url}?${name}=${token}`, {}, opened);
const atHttp = async (stack: StackUnderTest, token: string) =>
  (await stack.http('GET', '/api/v2/notifications/unread-count', { token })).status;

describe.skipIf(!hasControlApi)('tokens (needs the local issuer)', () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await started();
  });

  it('open a socket and the HTTP API, or neither: access tokens only', async () => {
    const client = stack.outputs.audience!.split(',')[0]!;
    const table = typedTokens(client, Math.floor((await stack.now()) / 1000));
    expect(Object.keys(table).length).toBeGreaterThanOrEqual(40);
    const wrong: Record<string, number[]> = {};
    for (const [what, { opens, ...options }] of Object.entries(table)) {
      const token = await stack.token(newUser('typed'), options);
      const found = [await atSocket(stack, token), await atHttp(stack, token)];
      if (`${found}` !== `${opens ? [101, 200] : [401, 401]}`) wrong[what] = found;
    }
    expect(wrong).toEqual({});
  });

  it('in a URL open nothing by default', async () => {
    const token = await stack.token(newUser('in-url'));
    expect([await inUrl(stack, 'token', token), await inUrl(stack, 'jwt', token)]).toEqual([401, 401]);
  });
});

describe.skipIf(!ownsTarget)('settings for tokens (needs a stack of its own)', () => {
  it('accept tokens without a type, but no ID tokens', async () => {
    const stack = await started({ settings: { acceptUntypedTokens: true } });
    const without = ['token_use'];
    const untyped = await stack.token(newUser('untyped'), { without });
    const idToken = await stack.token(newUser('id'), { claims: { nonce: 'n' }, without });
    const ofCognito = await stack.token(newUser('cognito'), { claims: { token_use: 'id' } });
    const bound = await stack.token(newUser('bound'), { claims: { cnf: {} }, without });
    const found = [];
    for (const token of [untyped, idToken, ofCognito, bound]) {
      found.push([await atSocket(stack, token), await atHttp(stack, token)]);
    }
    expect(found).toEqual([[101, 200], ...Array(3).fill([401, 401])]);
  });

  it.each(['GetConfiguration', 'GetKeys'])(
    "report the issuer's outage as 5xx, never as a bad token: %s",
    async (operation) => {
      const stack = await started();
      const token = await stack.token(newUser('outage'));
      await stack.local.fault({ service: 'oidc', operation, kind: 'error' });
      const during = [await atSocket(stack, token), await atHttp(stack, token)];
      for (const status of during) expect(status).toBeGreaterThanOrEqual(500);
      await stack.local.clearFaults();
      expect([await atSocket(stack, token), await atHttp(stack, token)]).toEqual([101, 200]);
    },
  );
});
