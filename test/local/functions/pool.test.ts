import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine } from '../../../local/functions/function-logs.ts';
import type { FunctionsDeps } from '../../../local/functions/functions-deps.ts';
import { modelledMs } from '../../../local/functions/modelled-duration.ts';
import { createFunctions, type RunningFunctions } from '../../../local/functions/pool.ts';
import type { Statement } from '../../../local/iam/principal.ts';
import type { Resource } from '../../../local/stack.ts';
import { type AwsSide, startAwsSide } from '../aws-side.ts';
import { inboxTable, stackOf } from '../hand-made-stack.ts';

let aws: AwsSide;
let assemblyDir: string;
let functions: RunningFunctions | undefined;
let lines: LogLine[] = [];
beforeAll(async () => {
  aws = await startAwsSide(stackOf(inboxTable()));
  assemblyDir = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterAll(async () => {
  await aws.close();
  rmSync(assemblyDir, { recursive: true });
});
afterEach(async () => {
  await functions?.close();
  functions = undefined;
  lines = [];
  aws.meter.reset();
  aws.calls.clear();
});

let assets = 0;
/** A function whose bundle is this code. */
function fn(code: string, properties: object = {}, { name = 'dispatch', file = 'index.mjs' } = {}): Resource {
  const asset = `asset.${assets++}`;
  mkdirSync(join(assemblyDir, asset));
  writeFileSync(join(assemblyDir, asset, file), code);
  return {
    logicalId: `Service${name}0A1B2C3D`,
    type: 'AWS::Lambda::Function',
    ref: `stack-${name}`,
    attributes: { Arn: `arn:aws:lambda:us-east-1:000000000000:function:stack-${name}` },
    metadata: { 'aws:cdk:path': `Stack/Service/${name}/Resource`, 'aws:asset:path': asset },
    properties: {
      Code: { S3Bucket: 'assets', S3Key: `${asset}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::000000000000:role/role',
      MemorySize: 256,
      Timeout: 10,
      ...properties,
    },
  };
}
const LOGS: Statement = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };

function role(...statements: Statement[]): Resource {
  return {
    logicalId: 'Role',
    type: 'AWS::IAM::Role',
    ref: 'role',
    attributes: { Arn: 'arn:aws:iam::000000000000:role/role' },
    properties: { Policies: [{ PolicyName: 'inline', PolicyDocument: { Statement: statements } }] },
  };
}

function start(resources: Resource[], options: Partial<FunctionsDeps> = {}): RunningFunctions {
  const stack = resources.some(({ type }) => type === 'AWS::IAM::Role')
    ? stackOf(...resources)
    : stackOf(...resources, role(LOGS));
  functions = createFunctions(stack, {
    assemblyDir,
    awsEndpointUrl: aws.endpoint,
    credentials: aws.credentials,
    gate: aws.gate,
    meter: aws.meter,
    clock: aws.clock,
    activity: aws.works,
    log: (line) => lines.push(line),
    ...options,
  });
  return functions;
}
const run = async (code: string, event: unknown = {}, properties: object = {}) =>
  start([fn(code, properties)]).invoke('dispatch', event);
const value = async (expression: string, properties: object = {}) => {
  const result = await run(`export const handler = async (event, context) => (${expression})`, { a: 1 }, properties);
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return result.payload;
};

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
describe('an invocation', () => {
  it('takes the event and gives the result, both as JSON', async () => {
    expect(await value('{ event, when: new Date(0), gone: undefined }')).toEqual({
      event: { a: 1 },
      when: '1970-01-01T00:00:00.000Z',
    });
    expect(await value('undefined')).toBeNull();
  });

  it('finds a function by short name, name or ARN, and names the ones there are', async () => {
    const { invoke } = start([fn('export const handler = async () => 1')]);
    const names = ['dispatch', 'stack-dispatch', 'arn:aws:lambda:us-east-1:000000000000:function:stack-dispatch'];
    for (const name of [...names, `${names[2]}:$LATEST`]) expect(await invoke(name, {})).toMatchObject({ ok: true });
    await expect(invoke('nobody', {})).rejects.toThrow(/nobody.*dispatch/);
  });

  it('has the context Lambda gives', async () => {
    const context = await value('{ ...context, left: context.getRemainingTimeInMillis() }');
    expect(context).toMatchObject({
      functionName: 'stack-dispatch',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:stack-dispatch',
      logGroupName: '/aws/lambda/stack-dispatch',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.left).toBeGreaterThan(9_000);
    expect(context.left).toBeLessThanOrEqual(10_000);
  });

  it('sees its own environment and nothing of the developer’s', async () => {
    process.env.SECRET_OF_THE_DESK = 'x';
    const environment = await value('{ ...process.env }', { Environment: { Variables: { TABLE: 'inbox', COUNT: 3 } } });
    delete process.env.SECRET_OF_THE_DESK;
    expect(environment).toMatchObject({
      TABLE: 'inbox',
      COUNT: '3',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'stack-dispatch',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SESSION_TOKEN: expect.any(String),
    });
    for (const name of ['SECRET_OF_THE_DESK', 'PATH', 'VITEST']) expect(environment).not.toHaveProperty(name);
  });

  it('is billed: a request, and the memory for every millisecond of CPU time begun, at its share of a vCPU', async () => {
    const { invoke, stats } = start([fn('export const handler = async () => 1')]);
    await invoke('dispatch', {});
    expect(aws.meter.read().by.lambda_gb_seconds).toHaveProperty(['dispatch, loading']);
    aws.meter.reset();
    await invoke('dispatch', {});
    const { units, by } = aws.meter.read();
    expect(units.lambda_requests).toBe(1);
    const billedMs = Math.ceil(modelledMs(stats().dispatch!.cpuMs.at(-1)!, 256, []));
    expect(units.lambda_gb_seconds).toBeCloseTo((billedMs / 1000) * 0.25, 9);
    expect(by.lambda_requests).toEqual({ dispatch: 1 });
  });

  it('passes on how long the chain of functions is', async () => {
    const { invoke } = start([fn('export const handler = async () => process.env._X_AMZN_TRACE_ID')]);
    const first = await invoke('dispatch', {});
    const third = await invoke('dispatch', {}, { lineage: 2 });
    const shape = (hops: number) =>
      expect.stringMatching(
        new RegExp(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=${hops}:`),
      );
    expect(first).toMatchObject({ payload: shape(1) });
    expect(third).toMatchObject({ payload: shape(3) });
  });

  it('reports CPU and durations', async () => {
    const { invoke, stats } = start([
      fn(
        'export const handler = async () => { let sum = 0; for (let n = 0; n < 5e7; n++) sum += Math.sqrt(n); return sum; }',
      ),
    ]);
    await invoke('dispatch', {});
    await expect.poll(() => stats().dispatch!.cpuMs.length, { interval: 1 }).toBe(1);
    const { dispatch } = stats();
    expect(dispatch).toMatchObject({ invocations: 1, errors: 0, coldStarts: 1, workers: 1, waiting: 0 });
    expect(dispatch!.cpuMs[0]).toBeGreaterThan(5);
    expect(dispatch!.durationsMs[0]).toBeGreaterThan(5);
  });
});

describe('bundles', () => {
  it('may be CommonJS, although this project is of ES modules', async () => {
    const code = `const { basename } = require('node:path'); exports.handler = async () => basename(__filename);`;
    const { invoke } = start([fn(code, {}, { file: 'index.js' })]);
    expect(await invoke('dispatch', {})).toMatchObject({ ok: true, payload: 'index.js' });
  });

  it('are found through the asset manifest when the template has no metadata', async () => {
    const resource = fn('export const handler = async () => 7');
    const asset = resource.metadata!['aws:asset:path'];
    writeFileSync(
      join(assemblyDir, 'Stack.assets.json'),
      JSON.stringify({
        files: {
          a: { source: { path: asset, packaging: 'zip' }, destinations: { here: { objectKey: `${asset}.zip` } } },
        },
      }),
    );
    const { invoke } = start([{ ...resource, metadata: undefined }]);
    expect(await invoke('stack-dispatch', {})).toMatchObject({ payload: 7 });
  });

  it.each([
    [
      'a callback handler',
      'export const handler = (event, context, callback) => callback()',
      'CallbackHandlerDeprecated',
    ],
    ['no handler', 'export const other = 1', 'Runtime.HandlerNotFound'],
    ['an error while loading', 'throw new RangeError("no")', 'RangeError'],
    ['a missing import', 'import "./nowhere.mjs"', 'Runtime.ImportModuleError'],
    ['broken syntax', 'export const handler = async ( =>', 'Runtime.UserCodeSyntaxError'],
    ['an exit while loading', 'process.exit(4)', 'Runtime.ExitError'],
  ])('with %s fail the invocation by name', async (_what, code, errorType) => {
    const result = await run(code);
    expect(result).toMatchObject({ ok: false, errorType: expect.stringContaining(errorType) });
    expect(await functions!.invoke('dispatch', {})).toMatchObject({ ok: false });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
describe('failures', () => {
  it.each([
    ['a thrown error', 'throw new TypeError("oh")', { errorType: 'TypeError', errorMessage: 'oh' }],
    ['a thrown text', 'throw "oh"', { errorType: 'string', errorMessage: 'oh' }],
    ['exit', 'process.exit(3)', { errorType: 'Runtime.ExitError', errorMessage: /RequestId: .* exit status 3/ }],
    [
      'exit without reason',
      'process.exit(0)',
      { errorType: 'Runtime.ExitError', errorMessage: /without providing a reason/ },
    ],
    [
      'an uncaught exception',
      'setImmediate(() => { throw new Error("later") }); await new Promise(() => {})',
      { errorType: 'Runtime.ExitError', errorMessage: /exit status 129.*later/ },
    ],
    [
      'an unhandled rejection',
      'Promise.reject(new Error("nobody")); await new Promise(() => {})',
      { errorType: 'Runtime.ExitError', errorMessage: /nobody/ },
    ],
    ['a result that is no JSON', 'return 1n', { errorType: 'Runtime.MarshalError', errorMessage: /BigInt/ }],
    [
      'a result too large',
      'return "x".repeat(6291556)',
      { errorType: 'Function.ResponseSizeTooLarge', errorMessage: /6291556/ },
    ],
    [
      'no memory left',
      'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))',
      { errorType: 'Runtime.OutOfMemory', errorMessage: /killed/ },
    ],
  ])('%s is a function error, and the next invocation works', async (_what, body, { errorType, errorMessage }) => {
    const { invoke } = start([
      fn(`export const handler = async (event) => { if (event.ok) return "ok"; ${body} }`, { MemorySize: 128 }),
    ]);
    expect(await invoke('dispatch', {})).toMatchObject({
      ok: false,
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
    expect(await invoke('dispatch', { ok: true })).toMatchObject({ ok: true, payload: 'ok' });
  });

  it.each(['await new Promise(() => {})', 'for (;;);'])('a timeout ends %s', async (body) => {
    const { invoke } = start([
      fn(`export const handler = async (event) => { if (!event.ok) { ${body} } }`, { Timeout: 0.1 }),
    ]);
    expect(await invoke('dispatch', {})).toMatchObject({
      ok: false,
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Task timed out after 0.10 seconds$/),
    });
    expect(await invoke('dispatch', { ok: true })).toMatchObject({ ok: true });
  });

  it('a killed worker fails its invocation; the pool recovers, and what waited still runs', async () => {
    const code =
      'export const handler = async (event) => { console.log(event.n); if (event.hang) await new Promise(() => {}); return event.n }';
    const { invoke, kill, stats } = start([fn(code)], { maxWorkers: 1 });
    await invoke('dispatch', { n: 0 });
    const hanging = invoke('dispatch', { n: 1, hang: true });
    const behind = invoke('dispatch', { n: 2 });
    expect(await kill('dispatch')).toBe(1);
    expect(await hanging).toMatchObject({
      ok: false,
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: .*signal: killed$/),
    });
    expect(await behind).toMatchObject({ ok: true, payload: 2 });
    expect(stats().dispatch).toMatchObject({ invocations: 3, errors: 1, coldStarts: 2, workers: 1 });
  });

  it('a payload beyond the limit is refused', async () => {
    const { invoke } = start([fn('export const handler = async () => 1')]);
    expect(await invoke('dispatch', 'x'.repeat(6 * 1024 * 1024))).toMatchObject({
      errorType: 'RequestEntityTooLargeException',
    });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
describe('concurrency', () => {
  const COUNTING = `let running = 0;
    export const handler = async ({ ms }) => {
      running++; const most = running;
      await new Promise((resolve) => setTimeout(resolve, ms)); running--;
      return { most, sandbox: globalThis.sandbox ??= Math.random() };
    }`;
  const all = (invoke: RunningFunctions['invoke'], count: number, ms = 20) =>
    Promise.all(Array.from({ length: count }, () => invoke('dispatch', { ms })));

  it('runs one invocation at a time per sandbox, starts more when busy, and lets the rest wait', async () => {
    const { invoke, stats } = start([fn(COUNTING)], { maxWorkers: 2 });
    const results = await all(invoke, 8);
    expect(results.every((result) => result.ok && result.payload.most === 1)).toBe(true);
    expect(new Set(results.map((result) => result.ok && result.payload.sandbox)).size).toBe(2);
    expect(stats().dispatch).toMatchObject({ workers: 2, coldStarts: 2, waiting: 0 });
  });

  it('reports which event waits for a sandbox, and when one takes it', async () => {
    const { invoke, warm } = start([fn(COUNTING)], { maxWorkers: 1 });
    await warm();
    const noted: string[] = [];
    const call = (name: string) =>
      invoke('dispatch', { ms: 5 }, { waits: (taken) => void taken.then(() => noted.push(name)) }).then(() =>
        noted.push(`${name} done`),
      );
    await Promise.all([call('first'), call('second')]);
    expect(noted.filter((one) => one.startsWith('second'))).toEqual(['second', 'second done']);
    expect(noted).not.toContain('first');
  });

  it('keeps sandboxes warm', async () => {
    const { invoke, stats } = start([fn(COUNTING)]);
    for (let round = 0; round < 5; round++) await all(invoke, 1, 0);
    expect(stats().dispatch).toMatchObject({ coldStarts: 1, workers: 1 });
  });

  it('ends a sandbox that is idle for long, and starts another when it is needed', async () => {
    const { invoke, stats } = start([fn(COUNTING)], { idleMs: 0 });
    await all(invoke, 2, 5);
    await expect.poll(() => stats().dispatch, { timeout: 10_000 }).toMatchObject({ workers: 0, errors: 0 });
    const [result] = await all(invoke, 1, 0);
    expect(result).toMatchObject({ ok: true });
    expect(stats().dispatch).toMatchObject({ coldStarts: 3, errors: 0 });
  });

  it('throttles beyond the reserved concurrency', async () => {
    const { invoke, stats } = start([fn(COUNTING, { ReservedConcurrentExecutions: 2 })]);
    const results = await all(invoke, 3);
    expect(results.map((result) => result.ok || result.errorType)).toEqual([true, true, 'TooManyRequestsException']);
    expect(stats().dispatch).toMatchObject({ throttles: 1, invocations: 2 });
  });

  it('can start a sandbox ahead', async () => {
    const { warm, stats } = start([fn(COUNTING), fn(COUNTING, {}, { name: 'socket' })]);
    await warm();
    expect(stats()).toMatchObject({ dispatch: { workers: 1 }, socket: { workers: 1 } });
  });

  it('settles what is under way or waiting when it closes', async () => {
    const running = start([fn(COUNTING)], { maxWorkers: 1 });
    await all(running.invoke, 1, 0);
    const results = all(running.invoke, 3, 60_000);
    await running.close();
    expect((await results).every((result) => !result.ok)).toBe(true);
    expect(await running.invoke('dispatch', {})).toMatchObject({ ok: false });
  });
});

describe('the clock', () => {
  it('moves Date of a running function, which stays a Date in every respect', async () => {
    const code = `const loaded = new Date();
      export const handler = async () => ({
        now: Date.now(), constructed: new Date().getTime(), text: Date(), iso: new Date().toISOString(),
        same: new Date() instanceof Date && new Date().constructor === Date && loaded instanceof Date,
        parsed: [new Date('2020-02-29T00:00:00Z').getTime(), Date.parse('2020-02-29'), Date.UTC(2020, 1, 29), new Date(2020, 1, 29).getDate()],
        sub: new (class extends Date { twice() { return this.getTime() * 2 } })(21).twice(),
        year: new Intl.DateTimeFormat('en', { year: 'numeric' }).format(),
        name: Date.name + Date.length, clone: structuredClone(new Date(5)).getTime(),
        steady: performance.now(),
      })`;
    const { invoke } = start([fn(code)]);
    const payload = async () => ((await invoke('dispatch', {})) as { payload: any }).payload;
    const before = await payload();
    const stamp = Date.parse('2020-02-29');
    expect(before).toMatchObject({ same: true, parsed: [stamp, stamp, stamp, 29], sub: 42, name: 'Date7', clone: 5 });
    expect(Math.abs(before.now - aws.clock.now())).toBeLessThan(60_000);

    await aws.clock.advance(366 * 86_400);
    const after = await payload();
    for (const read of [after.now, after.constructed, Date.parse(after.iso), Date.parse(after.text)]) {
      expect(Math.abs(read - aws.clock.now())).toBeLessThan(60_000);
    }
    expect(after.year).toBe(String(new Date(aws.clock.now()).getUTCFullYear()));
    expect(after.steady - before.steady).toBeLessThan(60_000);
  });
});

describe('logs', () => {
  const PRINTS = `console.log('loading'); export const handler = async (event) => {
    if (event.quiet) return;
    console.log('one'); console.error('two\\nthree'); process.stdout.write('four\\n');
    if (event.throws) throw new Error('five');
    if (event.exits) process.exit(1);
  }`;

  it('carry every line with its request', async () => {
    const { invoke } = start([fn(PRINTS)]);
    await invoke('dispatch', {});
    await aws.works.idle();
    const request = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(lines).toEqual([
      { function: 'dispatch', stream: 'stdout', line: 'loading' },
      { function: 'dispatch', requestId: request, stream: 'stdout', line: 'one' },
      { function: 'dispatch', requestId: request, stream: 'stdout', line: 'four' },
      { function: 'dispatch', requestId: request, stream: 'stderr', line: 'two' },
      { function: 'dispatch', requestId: request, stream: 'stderr', line: 'three' },
    ]);
  });

  it('show the stack of an error, and what was printed before an exit', async () => {
    const { invoke } = start([fn(PRINTS)]);
    await invoke('dispatch', { throws: true });
    await invoke('dispatch', { exits: true });
    await aws.works.idle();
    expect(lines.find(({ line }) => line.includes('Invoke Error'))?.line).toMatch(/five.*index\.mjs/);
    expect(lines.filter(({ line }) => line === 'four')).toHaveLength(2);
  });

  it('need the permission of the role: once per sandbox for the stream, once per invocation that prints', async () => {
    const { invoke } = start([fn(PRINTS)]);
    await invoke('dispatch', { quiet: true });
    await invoke('dispatch', {});
    await aws.works.idle();
    const made = () => aws.calls.latest().map(({ service, operation, allowed }) => [service, operation, allowed]);
    expect(made()).toEqual([
      ['logs', 'PutLogEvents', true],
      ['logs', 'PutLogEvents', true],
      ['logs', 'CreateLogStream', true],
    ]);
    expect(aws.calls.latest()[0]!.resource).toMatch(
      /^arn:aws:logs:us-east-1:000000000000:log-group:\/aws\/lambda\/stack-dispatch:log-stream:\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
    );
  });

  it.each([
    ['logs:CreateLogStream', ['CreateLogStream']],
    ['logs:PutLogEvents', ['CreateLogStream', 'PutLogEvents', 'PutLogEvents']],
  ])('are lost in silence without %s', async (missing, operations) => {
    const Action = (LOGS.Action as string[]).filter((action) => action !== missing);
    const { invoke } = start([fn(PRINTS), role({ ...LOGS, Action })]);
    expect(await invoke('dispatch', {})).toMatchObject({ ok: true });
    await aws.works.idle();
    expect(lines).toEqual([]);
    expect(
      aws.calls
        .latest()
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual(operations);
    expect(aws.calls.latest()).toContainEqual(expect.objectContaining({ operation: missing.slice(5), allowed: false }));
  });

  it('come with a trace segment when tracing is active', async () => {
    const traced = fn('export const handler = async () => process.env._X_AMZN_TRACE_ID', {
      TracingConfig: { Mode: 'Active' },
    });
    const { invoke } = start([traced]);
    expect(await invoke('dispatch', {})).toMatchObject({ payload: expect.stringContaining('Sampled=1') });
    await aws.works.idle();
    expect(aws.calls.latest()[0]).toMatchObject({ service: 'xray', operation: 'PutTraceSegments', allowed: false });
  });
});

it("calls AWS as itself: the SDK in a bundle meets the function's own role", async () => {
  const { buildSync } = await import('esbuild');
  const [bundle] = buildSync({
    stdin: {
      contents: `import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
        const client = new DynamoDBClient({ maxAttempts: 1 });
        export const handler = async ({ write }) => {
          const item = { pk: { S: 'a' }, sk: { S: 'b' } };
          await client.send(write ? new PutItemCommand({ TableName: 'inbox', Item: item }) : new GetItemCommand({ TableName: 'inbox', Key: item }));
        }`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  }).outputFiles;
  const Resource = 'arn:aws:dynamodb:us-east-1:000000000000:table/inbox';
  const { invoke } = start([fn(bundle!.text), role(LOGS, { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource })]);
  expect(await invoke('dispatch', {})).toMatchObject({ ok: true });
  expect(await invoke('dispatch', { write: true })).toMatchObject({ ok: false, errorType: 'AccessDeniedException' });
  const made = aws.calls.latest().filter(({ service }) => service === 'dynamodb');
  expect(made.map(({ function: who, operation, allowed }) => [who, operation, allowed])).toEqual([
    ['dispatch', 'PutItem', false],
    ['dispatch', 'GetItem', true],
  ]);
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
describe('properties that change behaviour and are not emulated', () => {
  it.each([
    ['Layers', { Layers: ['a'] }],
    ['VpcConfig', { VpcConfig: {} }],
    ['Runtime can\'t be "python3.13"', { Runtime: 'python3.13' }],
    ['PackageType can\'t be "Image"', { PackageType: 'Image' }],
    ['NODE_OPTIONS --inspect', { Environment: { Variables: { NODE_OPTIONS: '--inspect' } } }],
  ])('%s is refused by name', (what, properties) => {
    expect(() => start([fn('', properties)])).toThrow(`${what}`);
    expect(() => start([fn('', properties)])).toThrow(/Servicedispatch0A1B2C3D .*emulated/);
  });
});
