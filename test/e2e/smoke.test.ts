// npm run smoke: passes on a sound stack, and names the step and the cause on a broken one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smokeReport } from '../../bin/smoke-report.ts';
import { runSmoke } from '../../bin/smoke-steps.ts';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest({ expectsDenials: true });
});
afterAll(() => stack?.close());

/** What it prints, and the step at which it failed. */
async function smoke(outputs = stack.outputs, withinMs = 20_000): Promise<{ printed: string; failedAt?: string }> {
  let printed = '';
  const write = (text: string) => {
    printed += text;
  };
  const options = { find: async () => outputs, report: smokeReport(write), withinMs, userId: newUser('smoke') };
  return runSmoke(options).then(
    () => ({ printed }),
    (error: Error) => ({ printed, failedAt: error.message }),
  );
}

describe('a sound stack', () => {
  it('passes every step, with its time, and reports what only a deployment can show', async () => {
    const { printed, failedAt } = await smoke();
    expect(failedAt, printed).toBeUndefined();
    expect(printed.match(/✓.* \d+ ms\n/g)).toHaveLength(10);
    for (const unknown of ['identity source', 'mock integration', 'ingestion time', 'dead endpoints'])
      expect(printed).toContain(unknown);
  });
});

describe.skipIf(!ownsTarget)('a broken stack (needs a stack of its own)', () => {
  /** Takes statements away from a function's role for one run. */
  async function without(name: string, pattern: RegExp): Promise<{ printed: string; failedAt?: string }> {
    const { statements } = stack.runtime!.principalOf(name);
    const before = [...statements];
    statements.splice(0, statements.length, ...before.filter((statement) => !pattern.test(JSON.stringify(statement))));
    expect(statements.length).toBeLessThan(before.length);
    try {
      return await smoke(stack.outputs, 1_500);
    } finally {
      statements.splice(0, statements.length, ...before);
    }
  }

  it('fails at the frame when dispatch may not post to sockets, and names the permission', async () => {
    const { printed, failedAt } = await without('dispatch', /ManageConnections.*\/POST\//);
    expect(failedAt).toBe('receive 3 frames');
    expect(printed).toMatch(/Cause: No notification frame within 1.5 s/);
    expect(printed).toContain('dispatch may not');
  });

  it('fails at the socket when the authorizer cannot redeem tickets, and points at its log', async () => {
    const { printed, failedAt } = await without('authorize', /dynamodb:DeleteItem/);
    expect(failedAt).toBe('open a socket with the ticket to receive');
    expect(printed).toMatch(/Cause: The connection was refused with HTTP status (401|500)\./);
    expect(printed).toMatch(/Look: .*the lines of authorize/);
  });

  it('fails at the ticket when inbox cannot store it', async () => {
    const { failedAt } = await without('inbox', /dynamodb:PutItem/);
    expect(failedAt).toMatch(/^take a ticket/);
  });

  it('fails at PutEvents when the bus is another', async () => {
    const { printed, failedAt } = await smoke({ ...stack.outputs, event_bus_name: 'elsewhere' });
    expect(failedAt).toBe('send with PutEvents');
    expect(printed).toMatch(/Look: .*events:PutEvents on elsewhere/);
  });
});
