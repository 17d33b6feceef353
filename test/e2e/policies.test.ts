// The roles are exactly as wide as needed: nothing is denied, nothing granted is idle, and without any one statement a
// call fails.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAllowed } from '../../local/iam/evaluate.ts';
import { deniedLines } from '../support/denied-lines.ts';
import { fullScenario } from '../support/full-scenario.ts';
import { type CallRecord, type Grant, grantsOf, needs, unused } from '../support/granted-statements.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
/** The calls of each step, and those made while the runtime started. */
const callsOf = new Map<string, CallRecord[]>();
const millisecondsOf = new Map<string, number>();
const allCalls = () => [...callsOf.values()].flat();
let grants: Grant[] = [];

beforeAll(async () => {
  if (!ownsTarget) return;
  stack = await stackUnderTest({ expectsDenials: true });
  grants = grantsOf(stack.runtime!);
  callsOf.set('start', await stack.local.calls());
  for (const { name, run } of fullScenario) {
    await stack.local.reset();
    const startedMs = performance.now();
    await run(stack);
    millisecondsOf.set(name, performance.now() - startedMs);
    callsOf.set(name, await stack.local.calls());
  }
});
afterAll(() => stack?.close());

describe.skipIf(!ownsTarget)('the roles of the functions (needs a stack of its own)', () => {
  it('grant everything that is called', () => {
    expect(deniedLines(allCalls().filter((call) => !call.allowed))).toEqual([]);
  });

  it('grant no action and no resource that is never used', () => {
    const idle = grants.map((grant) => ({ name: grant.name, unused: unused(grant, allCalls()) }));
    expect(idle.filter((one) => one.unused.length > 0)).toEqual([]);
  });

  it('have no statement that another makes superfluous', () => {
    const superfluous = grants.filter((grant) => !allCalls().some((call) => needs(call, grant)));
    expect(superfluous.map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['authorize', 'DeleteItem', 'TICKET#hash', ['USER#alice', 'RATE#alice', 'TICKET', '']],
    ['socket', 'DeleteItem', 'USER#alice', ['TICKET#hash', 'RATE#alice', 'REQUEST#r#s']],
    ['socket', 'UpdateItem', 'USER#alice', ['TICKET#hash', 'DEVICE#one', 'FANOUT#one']],
    ['inbox', 'DeleteItem', 'DEVICE#one', ['TICKET#hash', 'BROADCAST', 'REQUEST#r#s', 'RATE#alice']],
    ['inbox', 'GetItem', 'USER#alice', ['TICKET#hash', 'DUE#hour#1', 'SWEEP']],
    ['dispatch', 'DeleteItem', 'DUE#hour#1', ['TICKET#hash', 'BROADCAST', 'REQUEST#r#s']],
    ['dispatch', 'GetItem', 'SWEEP', ['TICKET#hash', 'CLAIM#one']],
    ['fanout', 'DeleteItem', 'USER#alice', ['BROADCAST', 'TICKET#hash']],
    ['fanout', 'Query', 'TOPIC#chat:1', ['USER#alice', 'BROADCAST']],
  ])('let %s call %s for %s, and for no row of another kind', (name, call, own, others) => {
    const [table] = stack.runtime!.stack.ofType('AWS::DynamoDB::GlobalTable');
    const may = (...keys: string[]) =>
      isAllowed(stack.runtime!.principalOf(name), {
        action: `dynamodb:${call}`,
        resource: table!.attributes.Arn!,
        context: { 'dynamodb:LeadingKeys': keys },
      }).allowed;
    expect(may(own)).toBe(true);
    // Of a batch, every key must be allowed.
    for (const other of others) expect([other, may(other), may(own, other)]).toEqual([other, false, false]);
  });

  it('deny the call when any one statement is taken away', { timeout: 120_000 }, async () => {
    const unnoticed: string[] = [];
    for (const grant of grants) {
      const using = fullScenario.filter(({ name }) => callsOf.get(name)!.some((call) => needs(call, grant)));
      using.sort((a, b) => millisecondsOf.get(a.name)! - millisecondsOf.get(b.name)!);
      // A sandbox may have started in a step by chance, and not start there again: then the next step shows it.
      let isNoticed = false;
      // And twice, because what a queue hands to which sandbox is chance as well.
      for (const { run } of [...using, ...using]) isNoticed ||= await isDeniedWithout(grant, run);
      if (!isNoticed) unnoticed.push(grant.name);
    }
    expect(unnoticed).toEqual([]);
  });
});

/** Takes the statement out of the running role, runs the step, and puts it back. */
async function isDeniedWithout(
  { functionName, principal, statement }: Grant,
  run: (stack: StackUnderTest) => Promise<void>,
) {
  await stack.local.reset();
  const at = principal.statements.indexOf(statement);
  principal.statements.splice(at, 1);
  // What it sets out to do may fail in any way: whether a call was denied is asked below.
  await run(stack).catch(() => undefined);
  principal.statements.splice(at, 0, statement);
  const denied: CallRecord[] = await stack.local.denied();
  // A poller that was refused waits a while before it asks again.
  await stack.local.clearFaults();
  await stack.local.advance(61);
  return denied.some((call) => call.function === functionName);
}
