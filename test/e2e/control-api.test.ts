// The control API for people, tests and tools: each route, and what each refuses.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi, ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const response = await fetch(`${stack.outputs.http_url}/_local/${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe.skipIf(!hasControlApi)('GET and POST /_local/ (needs the control API)', () => {
  it('GET outputs: everything a client, a producer and a tool must know', async () => {
    const { status, body } = await call('GET', 'outputs');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      region: 'us-east-1',
      aws_endpoint_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      http_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      ws_url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+/),
      event_bus_name: expect.stringMatching(/./),
      table_name: expect.stringMatching(/./),
      issuer: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
      dispatch_queue_url: expect.stringMatching(/^http:/),
      rejected_queue_url: expect.stringMatching(/^http:/),
      dead_letter_queue_url: expect.stringMatching(/^http:/),
      aws_access_key_id: expect.stringMatching(/./),
      aws_secret_access_key: expect.stringMatching(/./),
    });
  });

  it('POST tokens: a token that the stack accepts, with scopes and a time of its own', async () => {
    const { body } = await call('POST', 'tokens', { user_id: 'alice', scopes: ['carillon/admin'], ttl_seconds: 90 });
    const claims = JSON.parse(Buffer.from(body.token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ sub: 'alice', iss: stack.outputs.issuer, scope: 'carillon/admin' });
    expect(claims.exp - claims.iat).toBe(90);
    expect((await stack.http('POST', '/api/v2/tickets', { token: body.token })).status).toBe(201);
    for (const bad of [{}, { user_id: '' }, { user_id: 7 }]) {
      const refused = await call('POST', 'tokens', bad);
      expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('user_id')]);
    }
  });

  it('GET and POST clock: time goes forward, and takes the functions along', async () => {
    const before = await stack.now();
    const { body } = await call('POST', 'clock', { advance_seconds: 3_600 });
    expect(Date.parse(body.now) - before).toBeGreaterThanOrEqual(3_600_000);
    expect(Date.parse((await call('GET', 'clock')).body.now)).toBeGreaterThanOrEqual(Date.parse(body.now));
    const user = newUser('future');
    await stack.notify({ user_id: user });
    await stack.settle();
    const [row] = await notificationsOf(stack, user);
    expect(Date.parse(row!.requested_at)).toBeGreaterThanOrEqual(Date.parse(body.now) - 1_000);
    for (const bad of [{}, { advance_seconds: -1 }, { advance_seconds: '5' }, { advance_seconds: null }]) {
      expect((await call('POST', 'clock', bad)).status).toBe(400);
    }
  });

  it('GET connections, DELETE connections/{id}: who is connected, and one cut', async () => {
    const user = newUser('connected');
    const socket = await stack.connect(user);
    const mine = (await call('GET', 'connections')).body.filter((one: any) => one.user_id === user);
    expect(mine).toEqual([{ id: expect.any(String), user_id: user, connected_at: expect.stringMatching(/Z$/) }]);
    expect((await call('DELETE', `connections/${encodeURIComponent(mine[0].id)}`)).status).toBe(200);
    // No close frame: the client sees an abnormal end.
    expect((await socket.closed).code).toBe(1006);
    expect((await call('GET', 'connections')).body.filter((one: any) => one.user_id === user)).toEqual([]);
    expect((await call('DELETE', `connections/${encodeURIComponent(mine[0].id)}`)).status).toBe(404);
    expect((await call('DELETE', 'connections/nonsense')).status).toBe(404);
  });

  it('GET, POST and DELETE faults: they are listed, apply as often as asked, and can be removed', async () => {
    const fault = { service: 'sqs', operation: 'SendMessage', kind: 'throttle', times: 2 };
    const { body: added } = await call('POST', 'faults', fault);
    expect(added).toEqual({ id: expect.any(String), ...fault });
    expect((await call('GET', 'faults')).body).toEqual([added]);
    expect((await call('DELETE', `faults/${added.id}`)).body).toEqual([]);
    expect((await call('DELETE', `faults/${added.id}`)).status).toBe(404);
    await call('POST', 'faults', fault);
    await call('POST', 'faults', {
      service: 'apigatewaymanagementapi',
      operation: '*',
      kind: 'gone',
      probability: 0.5,
    });
    expect((await call('DELETE', 'faults')).body).toEqual([]);
    expect((await call('GET', 'faults')).body).toEqual([]);
  });

  it.each([
    [{}, 'service'],
    [{ service: 's3', operation: 'PutObject', kind: 'error' }, 'service'],
    [{ service: 'sqs', kind: 'error' }, 'operation'],
    [{ service: 'sqs', operation: 'SendMessage', kind: 'explode' }, 'kind'],
    [{ service: 'sqs', operation: 'SendMessage', kind: 'gone' }, 'kind'],
    [{ service: 'sqs', operation: 'SendMessage', kind: 'error', times: 0 }, 'times'],
    [{ service: 'sqs', operation: 'SendMessage', kind: 'error', probability: 2 }, 'probability'],
    [{ service: 'sqs', operation: 'SendMessage', kind: 'error', colour: 'red' }, 'colour'],
  ])('POST faults refuses %j and names %s', async (body, field) => {
    const refused = await call('POST', 'faults', body);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain(field);
  });

  it.each(['throttle', 'error', 'timeout_after_apply', 'latency'])(
    'a fault of kind %s hits a function, and no event is lost',
    async (kind) => {
      const user = newUser('faulty');
      await call('POST', 'faults', {
        service: 'dynamodb',
        operation: 'PutItem',
        function: 'dispatch',
        kind,
        times: 1,
        ...(kind === 'latency' && { ms: 5 }),
      });
      await stack.notify({ user_id: user });
      await stack.local.advance(600);
      expect((await call('GET', 'faults')).body).toEqual([]);
      expect(await notificationsOf(stack, user)).toHaveLength(1);
    },
  );

  it('GET meter, POST meter/reset: what AWS would bill, in its units', async () => {
    await stack.settle();
    expect((await call('POST', 'meter/reset')).status).toBe(200);
    await stack.notify({ user_id: newUser('metered') });
    await stack.settle();
    const { body } = await call('GET', 'meter');
    expect(body.units).toMatchObject({ eventbridge_events: 1, lambda_requests: 1, dynamodb_wru: expect.any(Number) });
    expect(body.units.dynamodb_wru).toBeGreaterThanOrEqual(1);
    expect(body.by.lambda_requests).toEqual({ dispatch: 1 });
    await call('POST', 'meter/reset');
    expect((await call('GET', 'meter')).body.units.lambda_requests).toBe(0);
  });

  it('GET calls: the latest calls, newest first, each with who, what and how it ended', async () => {
    await stack.notify({ user_id: newUser('called') });
    await stack.settle();
    const { body } = await call('GET', 'calls?limit=50');
    expect(body.length).toBeLessThanOrEqual(50);
    const put = body.find((one: any) => one.function === 'dispatch' && one.operation === 'PutItem');
    expect(put).toMatchObject({
      time: expect.stringMatching(/Z$/),
      service: 'dynamodb',
      allowed: true,
      outcome: 'ok',
      milliseconds: expect.any(Number),
      resource: expect.stringContaining(`table/${stack.outputs.table_name}`),
      permissions: [{ action: 'dynamodb:PutItem', resource: expect.stringContaining('table/') }],
    });
    expect(Date.parse(body[0].time)).toBeGreaterThanOrEqual(Date.parse(body.at(-1).time));
    expect((await call('GET', 'calls?limit=1')).body).toHaveLength(1);
    expect((await call('GET', 'calls?allowed=false')).body).toEqual([]);
    for (const bad of ['limit=0', 'limit=x', 'limit=1.5', 'allowed=true'])
      expect((await call('GET', `calls?${bad}`)).status).toBe(400);
  });

  it('GET queues and schedules, POST settle: what is waiting, and waiting for it', async () => {
    expect((await call('POST', 'settle')).body).toEqual({ in_flight: 0 });
    const { body: queues } = await call('GET', 'queues');
    expect(queues.map((queue: any) => queue.url)).toContain(stack.outputs.rejected_queue_url);
    expect((await call('GET', 'schedules')).status).toBe(200);
  });

  it('names what it knows when asked for something else, and says what is wrong with a body', async () => {
    const unknown = await call('GET', 'nothing');
    expect([unknown.status, unknown.body.message]).toEqual([404, expect.stringContaining('GET /_local/outputs')]);
    expect((await call('PATCH', 'clock', {})).status).toBe(404);
    for (const body of ['{', '7', '"a"', 'null']) expect((await call('POST', 'clock', body)).status).toBe(400);
    expect((await call('POST', 'bus', { duplicate_next: -1 })).status).toBe(400);
    expect((await call('POST', 'functions/dispatch', {})).status).toBe(400);
    expect((await call('POST', 'functions/nobody', { kill: true })).status).toBe(404);
    expect((await call('GET', 'history/%')).status).toBe(400);
  });

  it('is shut to pages of other sites, and to names that are not this machine', async () => {
    const url = new URL(`${stack.outputs.http_url}/_local/outputs`);
    const status = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        request(url, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        })
          .on('error', reject)
          .end();
      });
    expect(await status({ origin: 'https://evil.example.com' })).toBe(403);
    expect(await status({ host: 'evil.example.com' })).toBe(403);
    expect(await status({ origin: stack.outputs.http_url! })).toBe(200);
  });

  it.skipIf(!ownsTarget)('POST reset: everything is as at the start (needs a stack of its own)', async () => {
    const user = newUser('reset');
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user });
    await stack.put([{ detail_type: 'notification.requested', detail: {} }]);
    await socket.frame('notification');
    await call('POST', 'faults', { service: 'sqs', operation: '*', kind: 'error' });
    expect((await call('POST', 'reset')).status).toBe(200);
    await socket.closed;
    expect(await notificationsOf(stack, user)).toEqual([]);
    expect((await call('GET', 'connections')).body).toEqual([]);
    expect((await call('GET', 'faults')).body).toEqual([]);
    expect((await call('GET', 'queues')).body.flatMap((queue: any) => queue.messages)).toEqual([]);
    const again = await stack.connect(user);
    await stack.notify({ user_id: user });
    expect((await again.frame('notification')).unread_count).toBe(1);
  });
});
