import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/aws/aws-error.ts';
import { eventsService } from '../../../local/aws/events.ts';
import { BUS_ARN, entry, orderParts, ruleArn } from '../events/bus-parts.ts';
import { ACCOUNT, OPERATOR, serve } from '../runtime-parts.ts';

const parts = orderParts();
const service = eventsService(parts.bus, parts.meter);
let server: Awaited<ReturnType<typeof serve>>;
let events: EventBridgeClient;
beforeAll(async () => {
  server = await serve(service, parts);
  events = new EventBridgeClient(server);
});
afterAll(async () => {
  events.destroy();
  await server.close();
  parts.clock.close();
});

describe('EventBridge through the SDK', () => {
  it('puts events, by bus name or ARN, and bills those taken by 64 KB', async () => {
    const large = entry(
      { text: 'x'.repeat(64 * 1024) },
      { EventBusName: BUS_ARN, Time: new Date('2026-02-03T04:05:06Z') },
    );
    const result = await events.send(new PutEventsCommand({ Entries: [large, entry({}, { Detail: '[]' })] }));
    expect(result).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'MalformedDetail' }],
    });
    await parts.activity.idle();
    expect(parts.messages('work').map(({ body }) => JSON.parse(body).time)).toEqual(['2026-02-03T04:05:06Z']);
    expect(parts.meter.read().by.eventbridge_events).toEqual({ 'order.placed': 2 });
  });

  it('asks IAM for the bus, with source and detail type', () => {
    const request = (Entries: object[]) => ({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
      body: Buffer.from(JSON.stringify({ Entries })),
    });
    const { permissions } = service.decode(
      request([entry(), { Source: 's', DetailType: 'd', Detail: '{}' }]),
      OPERATOR,
    );
    expect(permissions).toMatchObject([
      {
        action: 'events:PutEvents',
        resource: BUS_ARN,
        context: { 'events:source': 'shop', 'events:detail-type': 'order.placed' },
      },
      { action: 'events:PutEvents', resource: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default` },
    ]);
  });

  it('tests patterns', async () => {
    const Event = JSON.stringify({
      ...{ id: '1', account: '1', source: 'shop', time: '2026-01-01T00:00:00Z', region: 'x', resources: [] },
      'detail-type': 't',
    });
    const test = (EventPattern: string, event = Event) =>
      events.send(new TestEventPatternCommand({ EventPattern, Event: event }));
    expect((await test('{"source":[{"prefix":"sh"}]}')).Result).toBe(true);
    expect((await test('{"source":["else"]}')).Result).toBe(false);
    await expect(test('{"source":"shop"}')).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    await expect(test('{"source":["shop"]}', '{}')).rejects.toThrow(/Event is not valid/);
    // The page lists `resources` among the mandatory fields; the service answers without it, says
    // https://github.com/localstack/localstack/tree/main/tests/aws/services/events/event_pattern_templates
    const { resources: _, ...withoutResources } = JSON.parse(Event);
    expect((await test('{"source":["shop"]}', JSON.stringify(withoutResources))).Result).toBe(true);
  });

  it('shows buses and rules, and refuses to make any', async () => {
    expect((await events.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name)).toEqual([
      'default',
      'shop',
    ]);
    expect(await events.send(new DescribeEventBusCommand({ Name: 'shop' }))).toMatchObject({ Arn: BUS_ARN });
    await expect(events.send(new DescribeEventBusCommand({ Name: 'x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const { Rules } = await events.send(new ListRulesCommand({ EventBusName: 'shop' }));
    expect(Rules).toMatchObject([
      { Name: 'orders', Arn: ruleArn('orders'), State: 'ENABLED', EventPattern: '{"source":["shop"]}' },
    ]);
    await expect(events.send(new PutRuleCommand({ Name: 'x' }))).rejects.toThrow(
      /does not emulate EventBridge's PutRule/,
    );
  });
});

describe('whatever comes in', () => {
  const members = fc.constantFrom(
    'Source',
    'DetailType',
    'Detail',
    'EventBusName',
    'Resources',
    'Time',
    'Entries',
    'EventPattern',
    'Event',
  );
  const values = fc.oneof(fc.jsonValue(), fc.json(), fc.constant('shop'));
  const input = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(members, values),
    fc.array(fc.dictionary(members, values)).map((Entries) => ({ Entries })),
    fc.array(fc.dictionary(members, values)).map((more) => ({ Entries: more.map((one) => entry({}, one)) })),
  );

  it('is answered or refused by name', async () => {
    const name = fc.constantFrom('PutEvents', 'TestEventPattern', 'ListRules', 'DescribeEventBus', 'ListEventBuses');
    await fc.assert(
      fc.asyncProperty(name, input, async (operation, value) => {
        const headers = { 'x-amz-target': `AWSEvents.${operation}` };
        const body = Buffer.from(JSON.stringify(value));
        const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body };
        try {
          await service.decode(request, OPERATOR).run();
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
      { numRuns: 300 },
    );
    await parts.activity.idle();
  });

  it('too deep is malformed', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    const put = (Detail: string) => parts.bus.putEvents([entry({}, { Detail })]).Entries[0];
    expect(put(nested(1000))).toHaveProperty('EventId');
    expect(put(nested(1001))).toMatchObject({ ErrorCode: 'MalformedDetail' });
    expect(put(nested(100_000))).toMatchObject({ ErrorCode: 'MalformedDetail' });
  });
});
