// What could not be done keeps its reason and its origin, and `npm run redrive` puts each kind back to where it
// belongs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { drain, messagesIn } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { ownsTarget } from '../support/target.ts';

/** As long as the five tries of a message may take; a socket closes after ten minutes of silence. */
const ALL_TRIES_SECONDS = 400;

describe.skipIf(!ownsTarget)('npm run redrive (needs a stack of its own)', () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest({ settings: { presets: ['trading'] } });
  });
  afterAll(() => stack?.close());

  const redrive = async (): Promise<string> => {
    const env = { ...process.env, PORT: new URL(stack.outputs.http_url!).port };
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/redrive.ts'], { env });
    await stack.settle();
    await stack.local.advance(10);
    return stdout;
  };
  const attributesIn = async (queueUrl: string) => {
    const found = await stack.local.messagesOf(queueUrl);
    return found.map(({ attributes, message_attributes: own = attributes }) => own);
  };

  it('sends a delivery that failed back to dispatch', async () => {
    const user = newUser('failed');
    await stack.local.fault({ service: 'dynamodb', operation: 'PutItem', function: 'dispatch', kind: 'error' });
    await stack.notify({ user_id: user, title: 'Failed' });
    await stack.settle();
    await stack.local.advance(ALL_TRIES_SECONDS);
    await stack.local.clearFaults();
    expect(JSON.stringify(await attributesIn(stack.outputs.dead_letter_queue_url!))).toMatch(
      /(?=.*"origin".*dispatch)(?=.*"reason".*InternalServerError)(?=.*"receive_count".*5)/,
    );
    expect(await redrive()).toContain('1 from the dead-letter queue of dispatch');
    expect(await notificationsOf(stack, user)).toMatchObject([{ title: 'Failed' }]);
    expect(await messagesIn(stack, stack.outputs.dead_letter_queue_url!)).toBe(0);
  });

  it('sends a segment of a fan-out back to fanout, which goes on with it', { timeout: 60_000 }, async () => {
    const sockets = await Promise.all(Array.from({ length: 55 }, (_, at) => stack.connect(newUser(`many${at}`))));
    await stack.local.fault({ service: 'dynamodb', operation: 'Query', function: 'fanout', kind: 'error' });
    await stack.notify({ topic: 'global_notifications', notification_type: 'signal' });
    await stack.settle();
    await stack.local.advance(ALL_TRIES_SECONDS);
    await stack.local.clearFaults();
    const queue = stack.outputs.fanout_dead_letter_queue_url!;
    expect(JSON.stringify(await attributesIn(queue))).toMatch(/(?=.*"origin".*fanout)(?=.*"reason")/);
    expect(await redrive()).toMatch(/[1-9]\d* from the dead-letter queue of fanout/);
    for (const socket of sockets) await socket.frame('event');
    expect(await messagesIn(stack, queue)).toBe(0);
  });

  it('puts an event of another system back on its bus, and one of the service on its queue', async () => {
    const [user, trader] = [newUser('undelivered'), newUser('trader')];
    const undelivered = (source: string, type: string, detail: object) =>
      stack.sqs.send(
        new SendMessageCommand({
          QueueUrl: stack.outputs.undelivered_queue_url!,
          MessageBody: JSON.stringify({
            version: '0',
            id: newUser('event'),
            source,
            'detail-type': type,
            time: new Date().toISOString(),
            detail,
          }),
          // As EventBridge leaves it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
          MessageAttributes: {
            ERROR_CODE: { DataType: 'String', StringValue: 'SDK_CLIENT_ERROR' },
            RULE_ARN: {
              DataType: 'String',
              StringValue: `arn:aws:events:us-east-1:000000000000:rule/${stack.outputs.event_bus_name}/any`,
            },
          },
        }),
      );
    await undelivered('shop', 'notification.requested', {
      user_id: user,
      title: 'Undelivered',
      message: 'M',
      notification_type: 'system',
    });
    await undelivered('journal', 'trade.created', { user_id: trader, title: 'T', message: 'Bought' });
    expect(await redrive()).toContain('2 from the undelivered queue');
    expect(await notificationsOf(stack, user)).toMatchObject([{ title: 'Undelivered' }]);
    expect(await notificationsOf(stack, trader)).toMatchObject([{ notification_type: 'trade.created' }]);
  });

  it('leaves rejected events, which say what is wrong, an unknown detail type too', async () => {
    await stack.put([{ detail_type: 'notification.request', detail: { user_id: newUser('typo') } }]);
    await stack.settle();
    await redrive();
    const rejected = await drain(stack, stack.outputs.rejected_queue_url!);
    expect(rejected.map(({ Body }) => Body).join()).toMatch(/did you mean .?notification.requested/i);
  });

  it('unknown detail types are refused by POST /internal/events at once', async () => {
    const entries = [{ source: 'test', detail_type: 'notification.request', detail: { user_id: newUser('typo') } }];
    const { status, body } = await stack.http('POST', '/internal/events', { sign: true, body: { entries } });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(/did you mean .{0,3}notification.requested/i);
  });
});
