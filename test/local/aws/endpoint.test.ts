import { randomBytes } from 'node:crypto';
import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createEndpoint } from '../../../local/aws/endpoint.ts';
import { servedEndpoint } from '../../support/served-endpoint.ts';
import { type AwsSide, functionPrincipal, startAwsSide } from '../aws-side.ts';
import { inboxTable, stackOf } from '../hand-made-stack.ts';

const TableName = 'inbox';
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

let aws: AwsSide;
beforeAll(async () => {
  aws = await startAwsSide(stackOf(inboxTable()));
});
afterAll(() => aws.close());
afterEach(() => aws.faults.clear());

const authorization = (service: string, region = 'us-east-1') =>
  `AWS4-HMAC-SHA256 Credential=AKIA/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

it('explains itself to a visitor', async () => {
  const reply = await fetch(aws.endpoint);
  expect(reply.status).toBe(200);
  expect(await reply.text()).toContain('dynamodb');
});

it('gives every answer a request id, the one that is recorded', async () => {
  const { $metadata } = await aws.dynamodb().send(new GetItemCommand({ TableName, Key }));
  expect($metadata.requestId).toBe(aws.calls.latest()[0]!.request_id);
});

it('refuses a call without a signature, with a wrong one, of an unknown key, or for another region', async () => {
  const unsigned = await fetch(aws.endpoint, { method: 'POST', body: '{}' });
  expect([unsigned.status, await unsigned.json()]).toMatchObject([403, { __type: 'MissingAuthenticationToken' }]);

  const get = (keys: object, options = {}) =>
    aws.dynamodb({ ...aws.credentials.operator, ...keys }, options).send(new GetItemCommand({ TableName, Key }));
  await expect(get({ secretAccessKey: 'wrong' })).rejects.toThrow(/signature we calculated does not match/);
  await expect(get({ accessKeyId: 'AKIAUNKNOWN' })).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  await expect(get({}, { region: 'eu-west-1' })).rejects.toThrow(/valid region.*AWS_REGION=us-east-1/);
});

it("needs the session token that belongs to a function's keys", async () => {
  const issued = aws.credentials.issue(
    functionPrincipal('inbox', { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }),
  );
  await aws.dynamodb(issued).send(new GetItemCommand({ TableName, Key }));
  const { sessionToken: _, ...without } = issued;
  await expect(aws.dynamodb(without).send(new GetItemCommand({ TableName, Key }))).rejects.toThrow(/security token/);
});

it('names a service that is not emulated, in the form its SDK reads', async () => {
  const json = await fetch(aws.endpoint, { method: 'POST', headers: { authorization: authorization('kinesis') } });
  expect([json.status, await json.json()]).toMatchObject([
    501,
    { message: expect.stringMatching(/kinesis.*dynamodb/) },
  ]);
  const form = await fetch(aws.endpoint, {
    method: 'POST',
    headers: { authorization: authorization('sts'), 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity',
  });
  expect(await form.text()).toMatch(/<Code>ServiceNotEmulated<\/Code><Message>.*sts/);
});

it('lets the call take effect and cuts the connection when the answer is to be lost', async () => {
  aws.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'timeout_after_apply' });
  const put = new PutItemCommand({ TableName, Item: { ...Key, sk: { S: 'lost' } } });
  await expect(aws.dynamodb().send(put)).rejects.toMatchObject({ code: 'ECONNRESET' });
  const stored = await aws.dynamodb().send(new GetItemCommand({ TableName, Key: { ...Key, sk: { S: 'lost' } } }));
  expect(stored.Item).toBeDefined();
});

it("retries as on AWS: a throttled call succeeds on the SDK's second try", async () => {
  aws.faults.add({ service: 'dynamodb', operation: 'Scan', kind: 'throttle', times: 1 });
  const scan = await aws.dynamodb(undefined, { maxAttempts: 2 }).send(new ScanCommand({ TableName }));
  expect(scan.$metadata.attempts).toBe(2);
});

it('accepts a caller on the moved clock and one on the real clock', async () => {
  await aws.clock.advance(86_400);
  await aws.dynamodb().send(new GetItemCommand({ TableName, Key }));
  const moved = aws.dynamodb(undefined, { systemClockOffset: 86_400_000 });
  await moved.send(new GetItemCommand({ TableName, Key }));
});

it('dates its answers by the clock of the caller: an SDK signs by the date of an answer that failed', async () => {
  const clockOf = async (systemClockOffset: number) => {
    const client = aws.dynamodb(undefined, { systemClockOffset, maxAttempts: 2 });
    aws.faults.add({ service: 'dynamodb', operation: 'Scan', kind: 'throttle', times: 1 });
    await client.send(new ScanCommand({ TableName }));
    return client.config.systemClockOffset;
  };
  await aws.clock.advance(86_400);
  const aheadMs = aws.clock.now() - Date.now();
  expect(Math.abs((await clockOf(0)) - 0)).toBeLessThan(60_000);
  expect(Math.abs((await clockOf(aheadMs)) - aheadMs)).toBeLessThan(60_000);
});

it('refuses a body beyond the limit, and survives arbitrary bytes', async () => {
  const huge = await fetch(aws.endpoint, { method: 'POST', body: Buffer.alloc(18 * 1024 * 1024) });
  expect(huge.status).toBe(413);
  for (let round = 0; round < 20; round++) {
    const reply = await fetch(`${aws.endpoint}/${randomBytes(8).toString('hex')}?%=%zz`, {
      method: 'POST',
      headers: {
        authorization: authorization('dynamodb'),
        'x-amz-target': `DynamoDB_20120810.${randomBytes(6).toString('base64')}`,
      },
      body: randomBytes(50),
    });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    await reply.text();
  }
  expect(aws.logged).toEqual([]);
});

it('reports its own defects as failures, and says so in the log', async () => {
  const broken = {
    name: 'sqs',
    signingName: 'dynamodb',
    decode: () => {
      throw new TypeError('a defect');
    },
    encode: () => ({ status: 200 }),
    encodeError: (error: { code: string; status: number }) => ({ status: error.status, body: error.code }),
  };
  const lines: string[] = [];
  const awsEndpoint = createEndpoint({
    ...aws,
    services: [broken],
    region: 'us-east-1',
    log: (line) => lines.push(line),
  });
  const { url: endpoint, close } = await servedEndpoint(awsEndpoint);
  const client = aws.dynamodb(undefined, { endpoint });
  await expect(client.send(new GetItemCommand({ TableName, Key }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 500 },
  });
  expect(lines.join()).toContain('a defect');
  await close();
});

it('makes keys of the shape AWS gives', () => {
  expect(aws.credentials.operator.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(aws.credentials.issue(functionPrincipal('x')).accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
});
