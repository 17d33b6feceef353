import { afterEach, describe, expect, it } from 'vitest';
import type { PublishInput } from '../../../local/sns/sns.ts';
import { ACCOUNT } from '../runtime-parts.ts';
import { APNS, FCM, functionArn, pushParts, topicArn } from './push-parts.ts';

type Push = ReturnType<typeof pushParts>;
const open: Push[] = [];
function push(...given: Parameters<typeof pushParts>) {
  const parts = pushParts(...given);
  open.push(parts);
  return parts;
}
afterEach(() => {
  for (const parts of open.splice(0)) parts.clock.close();
});
const register = ({ sns }: Push, token = 'device-1', customUserData = 'alice', applicationArn = FCM) =>
  sns.endpoints.create({ applicationArn, token, customUserData }).arn;
async function publish(parts: Push, input: PublishInput) {
  const { MessageId } = parts.sns.publish(input);
  await parts.activity.idle();
  return MessageId;
}
const platform = (messages: Record<string, unknown>) =>
  JSON.stringify(Object.fromEntries(Object.entries(messages).map(([key, value]) => [key, JSON.stringify(value)])));

// https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
describe('a phone whose provider refuses its token', () => {
  it('lets Publish succeed, then its endpoint is disabled and the topic is notified', async () => {
    const parts = push();
    const arn = register(parts);
    expect(parts.sns.phones.setEnabled('device-1', false)).toBe(true);
    const { MessageId } = parts.sns.publish({ TargetArn: arn, Message: 'hi' });
    expect(parts.sns.endpoints.get(arn).enabled).toBe(true);
    await parts.activity.idle();
    expect(parts.sns.endpoints.get(arn).enabled).toBe(false);
    expect(parts.sns.phones.list()).toMatchObject([{ enabled: false, endpoint_enabled: false, messages: [] }]);
    expect(parts.events()).toMatchObject([
      { EventType: 'EndpointUpdated', EndpointArn: arn, Resource: FCM, Service: 'SNS' },
      {
        EventType: 'DeliveryFailure',
        EndpointArn: arn,
        FailureType: 'InvalidPlatformToken',
        FailureMessage: 'Platform token associated with the endpoint is not valid',
        MessageId,
        DeliveryAttempts: 1,
      },
    ]);
    expect(JSON.parse(parts.messages('events')[1]!.body)).toMatchObject({
      Type: 'Notification',
      TopicArn: topicArn('events'),
      Subject: 'DeliveryFailure event for app carillon (GCM)',
    });
  });

  it('is reported again when someone publishes to the disabled endpoint', async () => {
    const parts = push();
    const arn = register(parts);
    parts.sns.endpoints.disable(arn);
    expect(() => parts.sns.publish({ TargetArn: arn, Message: 'hi' })).toThrow('Endpoint is disabled');
    await parts.activity.idle();
    expect(parts.events()[1]).toMatchObject({ EventType: 'DeliveryFailure', FailureType: 'EndpointDisabled' });
  });

  it('is reached again once the provider accepts it and its endpoint is enabled', async () => {
    const parts = push();
    const arn = register(parts);
    parts.sns.phones.setEnabled('device-1', false);
    await publish(parts, { TargetArn: arn, Message: 'one' });
    parts.sns.phones.setEnabled('device-1', true);
    expect(parts.sns.phones.list()).toMatchObject([{ enabled: false, provider_accepts: true }]);
    parts.sns.endpoints.setAttributes(arn, { Enabled: 'true' });
    await publish(parts, { TargetArn: arn, Message: 'two' });
    expect(parts.sns.phones.list()).toMatchObject([{ enabled: true, messages: [{}] }]);
    expect(parts.sns.phones.setEnabled('nobody', false)).toBe(false);
  });

  it('is disabled by a topic’s message too, without a delivery failure event', async () => {
    const parts = push();
    const arn = register(parts);
    const other = register(parts, 'device-2', 'bob');
    for (const endpoint of [arn, other]) {
      parts.sns.topics.subscribe({ topicArn: topicArn('everyone'), protocol: 'application', endpoint });
    }
    parts.sns.phones.setEnabled('device-1', false);
    await publish(parts, { TopicArn: topicArn('everyone'), Message: 'all' });
    await publish(parts, { TopicArn: topicArn('everyone'), Message: 'again' });
    expect(parts.events().map(({ EventType }) => EventType)).toEqual(['EndpointUpdated']);
    expect(parts.sns.phones.list().map(({ messages }) => messages.length)).toEqual([0, 2]);
    expect(parts.meter.read().units.sns_mobile_deliveries).toBe(3);
  });

  it('keeps its messages when its endpoint is deleted, and its subscription dangles', async () => {
    const parts = push();
    const arn = register(parts);
    parts.sns.topics.subscribe({ topicArn: topicArn('everyone'), protocol: 'application', endpoint: arn });
    await publish(parts, { TargetArn: arn, Message: 'hi' });
    parts.sns.endpoints.remove(arn);
    await publish(parts, { TopicArn: topicArn('everyone'), Message: 'all' });
    expect(parts.sns.phones.list()).toMatchObject([
      { endpoint_arn: null, enabled: false, user_id: null, messages: [{}] },
    ]);
    expect(parts.logged.join()).toContain('is deleted; unsubscribe it');
    expect(register(parts)).toBe(arn);
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
describe('what a provider finds wrong is a delivery failure, and the endpoint stays enabled', () => {
  const fcm = (message: object) => ({ GCM: { fcmV1Message: { message } } });
  it.each([
    ['FCM: data that is no string', FCM, fcm({ data: { count: 1 } }), 'data.count is not a string'],
    ['FCM: an unknown field', FCM, fcm({ notifications: {} }), 'unknown field notifications'],
    ['FCM: a bad priority', FCM, fcm({ android: { priority: 'urgent' } }), 'neither normal nor high'],
    ['FCM: a bad time to live', FCM, fcm({ android: { ttl: '1h' } }), 'not a duration'],
    ['FCM: no message', FCM, { GCM: { fcmV1Message: {} } }, 'no message object'],
    ['FCM: over 4 KB', FCM, fcm({ data: { text: 'x'.repeat(4096) } }), 'the limit is 4096'],
    ['APNs: no aps', APNS, { APNS: { alert: 'a' } }, 'no aps object'],
    ['APNs: a badge that is no number', APNS, { APNS: { aps: { badge: '3' } } }, 'aps.badge'],
    ['APNs: over 4 KB', APNS, { APNS: { aps: { alert: 'x'.repeat(4096) } } }, 'the limit is 4096'],
  ])('%s', async (_what, application, messages, why) => {
    const parts = push();
    const arn = register(parts, 'ab12', '', application);
    await publish(parts, { TargetArn: arn, MessageStructure: 'json', Message: platform(messages) });
    expect(parts.sns.phones.list()).toMatchObject([{ enabled: true, messages: [] }]);
    expect(parts.logged.join()).toContain(why);
    if (application === FCM) expect(parts.events()).toMatchObject([{ FailureType: 'InvalidNotification' }]);
  });

  it('APNs: a background push of priority 10, an overlong collapse id', async () => {
    const parts = push();
    const arn = register(parts, 'ab12', '', APNS);
    const attribute = (name: string, StringValue: string) => ({
      [`AWS.SNS.MOBILE.APNS.${name}`]: { DataType: 'String', StringValue },
    });
    const Message = platform({ APNS: { aps: { 'content-available': 1 } } });
    const send = (MessageAttributes: PublishInput['MessageAttributes']) =>
      publish(parts, { TargetArn: arn, MessageStructure: 'json', Message, MessageAttributes });
    await send({ ...attribute('PUSH_TYPE', 'background'), ...attribute('PRIORITY', '10') });
    await send(attribute('COLLAPSE_ID', 'x'.repeat(65)));
    expect(parts.sns.phones.list()[0]?.messages).toEqual([]);
    await send({ ...attribute('PUSH_TYPE', 'background'), ...attribute('PRIORITY', '5') });
    expect(parts.sns.phones.list()[0]?.messages).toHaveLength(1);
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
describe('a topic with queues and a function', () => {
  const attributes = { kind: { DataType: 'String', StringValue: 'k' } };

  it('delivers raw, to the function, and not where the queue’s policy is missing', async () => {
    const parts = push();
    const message = JSON.stringify({ default: 'd', sqs: 'for queues', lambda: 'for functions' });
    const MessageId = await publish(parts, {
      TopicArn: topicArn('mixed'),
      Message: message,
      MessageStructure: 'json',
      Subject: 'S',
      MessageAttributes: attributes,
    });
    expect(parts.messages('raw')).toMatchObject([{ body: 'for queues', attributes: { kind: { StringValue: 'k' } } }]);
    expect(parts.messages('closed')).toEqual([]);
    expect(parts.logged.join()).toMatch(/:closed did not take .* no RedrivePolicy/);
    expect(parts.invoked).toMatchObject([
      {
        functionArn,
        event: {
          Records: [
            {
              EventSource: 'aws:sns',
              Sns: {
                Message: 'for functions',
                MessageId,
                Subject: 'S',
                TopicArn: topicArn('mixed'),
                MessageAttributes: { kind: { Type: 'String', Value: 'k' } },
              },
            },
          ],
        },
      },
    ]);
  });

  it('retries by the clock, then dead-letters what a queue never took', async () => {
    const parts = push();
    const fault = { service: 'sqs', operation: 'SendMessage', kind: 'throttle' };
    parts.faults.add({ ...fault, times: 4 });
    await publish(parts, { TopicArn: topicArn('mixed'), Message: 'm' });
    await parts.clock.advance(5);
    expect(parts.messages('raw')).toHaveLength(1);
    expect(parts.messages('dead')).toEqual([]);
  });

  it('dead-letters what is refused for good, where the subscription says so', async () => {
    const parts = push();
    parts.queues.byName('raw')!.resourcePolicy = [];
    await publish(parts, { TopicArn: topicArn('mixed'), Message: 'm' });
    expect(parts.messages('dead').map(({ body }) => body)).toEqual(['m']);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
describe('what the template or the settings may not ask for', () => {
  const resource = (type: string, properties: object) => ({
    logicalId: 'Odd',
    type,
    ref: topicArn('odd'),
    properties,
    attributes: {},
  });
  it.each([
    ['a FIFO topic', resource('AWS::SNS::Topic', { FifoTopic: true }), "FifoTopic can't be true: use a standard topic"],
    [
      'a filter',
      resource('AWS::SNS::Subscription', {
        TopicArn: topicArn('events'),
        Protocol: 'sqs',
        Endpoint: 'q',
        FilterPolicy: {},
      }),
      'Odd (AWS::SNS::Subscription): FilterPolicy is not emulated',
    ],
    [
      'mail',
      resource('AWS::SNS::Subscription', {
        TopicArn: topicArn('events'),
        Protocol: 'email',
        Endpoint: 'a@example.com',
      }),
      'Protocol can\'t be "email"',
    ],
  ])('%s is named', (_what, odd, message) => expect(() => push({}, odd)).toThrow(message));

  it('an application of an unknown platform is named', () => {
    const arn = `arn:aws:sns:us-east-1:${ACCOUNT}:app/ADM/carillon`;
    expect(() => push({ applications: [{ arn }] })).toThrow(arn);
  });
  it('readable Apple tokens can be allowed', () => {
    const parts = push({ appleTokens: 'any' });
    expect(register(parts, 'my-phone', '', APNS)).toContain(':endpoint/APNS/carillon/');
  });
});
