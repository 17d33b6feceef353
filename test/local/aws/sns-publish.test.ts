import { SetPlatformApplicationAttributesCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { APNS, FCM, SANDBOX, topicArn } from '../sns/push-parts.ts';
import { fcm, json, snsClient, text } from './sns-client.ts';

const { phones, parts, send, register, publish } = snsClient();

// https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
describe('publishing to a phone', () => {
  it('hands the provider exactly what was published for it', async () => {
    const arn = await register('device-1', '{"user_id":"alice"}');
    const apple = await register('a1b2', undefined, APNS);
    const aps = { aps: { alert: { title: 'T', body: 'B' }, badge: 3 }, nid: '1' };
    const attributes = {
      'AWS.SNS.MOBILE.APNS.PUSH_TYPE': text('alert'),
      'AWS.SNS.MOBILE.APNS.PRIORITY': text('10'),
      'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': text('n-1'),
      'AWS.SNS.MOBILE.FCM.TTL': text('3600'),
    };
    const messages = json({ default: 'd', GCM: fcm, APNS: aps });
    const id = await publish({ TargetArn: arn, ...messages, MessageAttributes: attributes });
    await publish({ TargetArn: apple, ...messages, MessageAttributes: attributes });
    expect(phones.list()).toMatchObject([
      {
        platform: 'fcm',
        token: 'device-1',
        endpoint_arn: arn,
        enabled: true,
        user_id: 'alice',
        messages: [{ payload: fcm, message_id: id, attributes: { 'AWS.SNS.MOBILE.FCM.TTL': '3600' } }],
      },
      { platform: 'apns', token: 'a1b2', endpoint_arn: apple, user_id: null, messages: [{ payload: aps }] },
    ]);
    expect(parts.meter.read().units).toMatchObject({ sns_requests: 2, sns_mobile_deliveries: 2 });
  });

  it('gives a plain text and a default in the platform’s shape; the sandbox has its own key', async () => {
    const arn = await register();
    const sandbox = await register('c3', undefined, SANDBOX);
    await publish({ TargetArn: arn, Message: 'plain' });
    await publish({ TargetArn: sandbox, ...json({ default: 'fallback', APNS: { aps: {} } }) });
    const payloads = phones.list().map(({ messages }) => messages[0]?.payload);
    expect(payloads).toEqual([
      { fcmV1Message: { message: { notification: { body: 'plain' } } } },
      { aps: { alert: 'fallback' } },
    ]);
  });

  it('bills a large message by 64 KB', async () => {
    await publish({ TopicArn: topicArn('everyone'), Message: 'x'.repeat(65_537) });
    expect(parts.meter.read().units.sns_requests).toBe(2);
  });

  it.each([
    ['no target', { Message: 'm' }, 'TopicArn or TargetArn'],
    ['an empty message', { TopicArn: topicArn('everyone'), Message: '' }, 'Empty message'],
    ['a message too long', { TopicArn: topicArn('everyone'), Message: 'é'.repeat(131_073) }, 'Message too long'],
    ['a bad subject', { TopicArn: topicArn('everyone'), Message: 'm', Subject: 'a\nb' }, 'Subject'],
    [
      'an unknown structure',
      { TopicArn: topicArn('everyone'), Message: '{}', MessageStructure: 'xml' },
      'MessageStructure',
    ],
    [
      'broken JSON',
      { TopicArn: topicArn('everyone'), Message: '{', MessageStructure: 'json' },
      'JSON message body failed to parse',
    ],
    [
      'a topic message without default',
      { TopicArn: topicArn('everyone'), ...json({ GCM: fcm }) },
      'No default entry in JSON message body',
    ],
    [
      'a default that is no string',
      { TopicArn: topicArn('everyone'), MessageStructure: 'json', Message: '{"default":1}' },
      'No default entry',
    ],
    [
      'platform JSON that is broken',
      { TopicArn: topicArn('everyone'), ...json({ default: 'd', GCM: '{' }) },
      'failed to parse',
    ],
    [
      'a misspelt reserved attribute',
      {
        TopicArn: topicArn('everyone'),
        Message: 'm',
        MessageAttributes: { 'AWS.SNS.MOBILE.APNS.PUSHTYPE': text('alert') },
      },
      'AWS.SNS.MOBILE.APNS.PUSH_TYPE',
    ],
    [
      'an unknown push type',
      {
        TopicArn: topicArn('everyone'),
        Message: 'm',
        MessageAttributes: { 'AWS.SNS.MOBILE.APNS.PUSH_TYPE': text('loud') },
      },
      "the invalid value 'loud'",
    ],
    [
      'a time to live that is no number of seconds',
      { TopicArn: topicArn('everyone'), Message: 'm', MessageAttributes: { 'AWS.SNS.MOBILE.FCM.TTL': text('1h') } },
      "the invalid value '1h'",
    ],
    [
      'an attribute without a value',
      { TopicArn: topicArn('everyone'), Message: 'm', MessageAttributes: { a: { DataType: 'String' } } },
      'non-empty message attribute value',
    ],
    [
      'an unknown type',
      {
        TopicArn: topicArn('everyone'),
        Message: 'm',
        MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } },
      },
      'type prefixes',
    ],
  ])('refuses %s', async (_what, input, message) => {
    await expect(publish(input)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameter(Value)?Exception$/),
      message: expect.stringContaining(message),
    });
    expect(parts.meter.read().units.sns_requests).toBe(0);
  });

  it('wants an entry for the endpoint’s platform or a default', async () => {
    const arn = await register();
    await expect(publish({ TargetArn: arn, ...json({ APNS: { aps: {} } }) })).rejects.toThrow(
      "an entry for 'default' or 'GCM'",
    );
  });

  it('refuses while the application is disabled', async () => {
    const arn = await register();
    const switchTo = (Enabled: string) =>
      send(new SetPlatformApplicationAttributesCommand({ PlatformApplicationArn: FCM, Attributes: { Enabled } }));
    await switchTo('false');
    await expect(publish({ TargetArn: arn, Message: 'm' })).rejects.toMatchObject({
      name: 'PlatformApplicationDisabledException',
    });
    await switchTo('true');
    await publish({ TargetArn: arn, Message: 'm' });
  });
});
