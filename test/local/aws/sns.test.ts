import {
  CreatePlatformEndpointCommand,
  CreateTopicCommand,
  DeleteEndpointCommand,
  GetEndpointAttributesCommand,
  GetPlatformApplicationAttributesCommand,
  GetTopicAttributesCommand,
  ListEndpointsByPlatformApplicationCommand,
  ListPlatformApplicationsCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  type PublishCommandInput,
  SetEndpointAttributesCommand,
  SetPlatformApplicationAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { snsService } from '../../../local/aws/sns.ts';
import type { Statement } from '../../../local/iam/principal.ts';
import { APNS, FCM, pushParts, queueArn, SANDBOX, topicArn } from '../phones/push-parts.ts';
import { ACCOUNT, OPERATOR, serve } from '../runtime-parts.ts';

const parts = pushParts();
const { phones } = parts.sns;
const service = snsService(parts.sns, parts.stack);
let server: Awaited<ReturnType<typeof serve>>;
let client: SNSClient;
beforeAll(async () => {
  server = await serve(service, parts);
  client = new SNSClient(server);
});
afterAll(async () => {
  client.destroy();
  await server.close();
  parts.clock.close();
});
beforeEach(() => {
  parts.sns.reset();
  parts.queues.reset();
  parts.meter.reset();
});

const register = async (Token = 'device-1', CustomUserData?: string, PlatformApplicationArn = FCM) => {
  const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token, CustomUserData });
  return (await client.send(command)).EndpointArn!;
};
const attributesOf = async (EndpointArn: string) =>
  (await client.send(new GetEndpointAttributesCommand({ EndpointArn }))).Attributes;
const set = (EndpointArn: string, Attributes: Record<string, string>) =>
  client.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes }));
const publish = async (input: PublishCommandInput) => {
  const { MessageId } = await client.send(new PublishCommand(input));
  await parts.activity.idle();
  return MessageId!;
};
const json = (messages: Record<string, unknown>) => ({
  MessageStructure: 'json',
  Message: JSON.stringify(
    Object.fromEntries(
      Object.entries(messages).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  ),
});
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const fcm = { fcmV1Message: { message: { notification: { title: 'T', body: 'B & <b>"é🔔' }, data: { id: '1' } } } };

describe('platform endpoints', () => {
  it('registers a token once: the same again is the same endpoint', async () => {
    const arn = await register('device-1', 'alice');
    expect(arn).toMatch(new RegExp(`^arn:aws:sns:us-east-1:${ACCOUNT}:endpoint/GCM/carillon/[0-9a-f-]{36}$`));
    expect(await register('device-1', 'alice')).toBe(arn);
    expect(await attributesOf(arn)).toEqual({ Enabled: 'true', Token: 'device-1', CustomUserData: 'alice' });
    const listed = await client.send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: FCM }));
    expect(listed.Endpoints).toHaveLength(1);
  });

  it('refuses the token with other attributes in the words that name the endpoint', async () => {
    const arn = await register('device-1', 'alice');
    await expect(register('device-1', 'bob')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `Invalid parameter: Token Reason: Endpoint ${arn} already exists with the same Token, but different attributes.`,
    });
    await set(arn, { Token: 'device-1', Enabled: 'true', CustomUserData: 'bob' });
    expect(await register('device-1', 'bob')).toBe(arn);
  });

  it('gives back a disabled endpoint and leaves it disabled', async () => {
    const arn = await register();
    await set(arn, { Enabled: 'false' });
    expect(await register()).toBe(arn);
    expect(await attributesOf(arn)).toMatchObject({ Enabled: 'false' });
    await expect(publish({ TargetArn: arn, Message: 'hi' })).rejects.toMatchObject({
      name: 'EndpointDisabledException',
    });
    await set(arn, { Enabled: 'true' });
    await publish({ TargetArn: arn, Message: 'hi' });
    expect(phones.list()[0]?.messages).toHaveLength(1);
  });

  it('deletes, twice without complaint; what is gone is NotFound', async () => {
    const arn = await register();
    await client.send(new DeleteEndpointCommand({ EndpointArn: arn }));
    await client.send(new DeleteEndpointCommand({ EndpointArn: arn }));
    await expect(attributesOf(arn)).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Endpoint does not exist',
    });
    await expect(set(arn, { Enabled: 'true' })).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(publish({ TargetArn: arn, Message: 'hi' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
    });
  });

  it('changes a token; another endpoint’s token can’t be taken', async () => {
    const one = await register('one');
    const two = await register('two');
    await expect(set(two, { Token: 'one' })).rejects.toThrow(`Endpoint ${one} already exists with the same Token`);
    await set(two, { Token: 'three' });
    const again = await register('two');
    expect(again).not.toBe(two);
    expect((await attributesOf(two))?.Token).toBe('three');
  });

  it.each([
    ['an application that is not there', { PlatformApplicationArn: `${FCM}-2`, Token: 't' }, 'NotFoundException'],
    ['no ARN at all', { PlatformApplicationArn: 'app', Token: 't' }, 'InvalidParameterException'],
    ['an empty token', { PlatformApplicationArn: FCM, Token: '' }, 'InvalidParameterException'],
    [
      'an Apple token that is not hexadecimal',
      { PlatformApplicationArn: APNS, Token: 'xyz' },
      'InvalidParameterException',
    ],
    [
      'too much user data',
      { PlatformApplicationArn: FCM, Token: 't', CustomUserData: 'u'.repeat(2049) },
      'InvalidParameterException',
    ],
    [
      'an unknown attribute',
      { PlatformApplicationArn: FCM, Token: 't', Attributes: { Colour: 'red' } },
      'InvalidParameterException',
    ],
    [
      'a bad Enabled',
      { PlatformApplicationArn: FCM, Token: 't', Attributes: { Enabled: 'yes' } },
      'InvalidParameterException',
    ],
  ])('refuses %s', async (_what, input, error) => {
    await expect(client.send(new CreatePlatformEndpointCommand(input))).rejects.toMatchObject({ name: error });
  });

  it('pages through more endpoints than fit', async () => {
    for (let number = 0; number < 120; number++)
      parts.sns.endpoints.create({ applicationArn: FCM, token: `t${number}` });
    const first = await client.send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: FCM }));
    expect(first.Endpoints).toHaveLength(100);
    const { NextToken } = first;
    const rest = await client.send(
      new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: FCM, NextToken }),
    );
    expect(rest.Endpoints).toHaveLength(20);
    expect(rest.NextToken).toBeUndefined();
  });
});

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
      name: 'InvalidParameterException',
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
      client.send(
        new SetPlatformApplicationAttributesCommand({ PlatformApplicationArn: FCM, Attributes: { Enabled } }),
      );
    await switchTo('false');
    await expect(publish({ TargetArn: arn, Message: 'm' })).rejects.toMatchObject({
      name: 'PlatformApplicationDisabledException',
    });
    await switchTo('true');
    await publish({ TargetArn: arn, Message: 'm' });
  });
});

describe('topics', () => {
  it('subscribes endpoints and queues without confirmation, once each', async () => {
    const arn = await register();
    const subscribe = (Protocol: string, Endpoint: string, TopicArn = topicArn('everyone')) =>
      client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }));
    const { SubscriptionArn } = await subscribe('application', arn);
    expect(await subscribe('application', arn)).toMatchObject({ SubscriptionArn });
    await subscribe('sqs', queueArn('closed'));
    const list = async () =>
      (await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn('everyone') }))).Subscriptions;
    expect(await list()).toMatchObject([
      { SubscriptionArn, Protocol: 'application', Endpoint: arn, Owner: ACCOUNT },
      { Protocol: 'sqs', Endpoint: queueArn('closed') },
    ]);
    const id = await publish({ TopicArn: topicArn('everyone'), ...json({ default: 'd', GCM: fcm }) });
    expect(phones.list()[0]?.messages).toMatchObject([{ payload: fcm, message_id: id }]);
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await list()).toHaveLength(1);
    await expect(subscribe('application', arn.slice(0, -1))).rejects.toThrow('Endpoint does not exist');
    await expect(subscribe('application', arn, topicArn('nowhere'))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(subscribe('email', 'a@example.com')).rejects.toThrow('does not emulate subscriptions by email');
    await expect(subscribe('pigeon', 'coo')).rejects.toThrow('does not support this protocol string');
  });

  it('shows topics and applications', async () => {
    const { Topics } = await client.send(new ListTopicsCommand({}));
    expect(Topics?.map(({ TopicArn }) => TopicArn)).toEqual(['everyone', 'events', 'mixed'].map(topicArn));
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn('everyone') }));
    expect(Attributes).toMatchObject({ DisplayName: 'Everyone', SubscriptionsConfirmed: '0' });
    const { PlatformApplications } = await client.send(new ListPlatformApplicationsCommand({}));
    expect(PlatformApplications?.map(({ PlatformApplicationArn }) => PlatformApplicationArn)).toEqual([
      FCM,
      APNS,
      SANDBOX,
    ]);
    const application = await client.send(new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn: FCM }));
    expect(application.Attributes).toMatchObject({ Enabled: 'true', EventDeliveryFailure: topicArn('events') });
  });

  it('names actions it does not have', async () => {
    await expect(client.send(new CreateTopicCommand({ Name: 't' }))).rejects.toThrow(
      "does not emulate SNS's CreateTopic",
    );
  });
});

describe('permissions', () => {
  const as = async (statements: Statement[], work: (client: SNSClient) => Promise<unknown>) => {
    const other = await serve(service, parts, { ...OPERATOR, name: 'dispatch', statements });
    const caller = new SNSClient(other);
    try {
      return await work(caller);
    } finally {
      caller.destroy();
      await other.close();
    }
  };
  const allow = (Action: string, Resource: string): Statement => ({ Effect: 'Allow', Action, Resource });

  it('are asked for the endpoint, application or topic', async () => {
    const arn = await register();
    const push = (caller: SNSClient) => caller.send(new PublishCommand({ TargetArn: arn, Message: 'm' }));
    await as([allow('sns:Publish', `arn:aws:sns:us-east-1:${ACCOUNT}:endpoint/GCM/carillon/*`)], push);
    await expect(as([allow('sns:Publish', topicArn('everyone'))], push)).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
      message: expect.stringContaining(`not authorized to perform: sns:Publish on resource: ${arn}`),
      $metadata: { httpStatusCode: 403 },
    });
    const enlist = (caller: SNSClient) =>
      caller.send(new CreatePlatformEndpointCommand({ PlatformApplicationArn: FCM, Token: 't' }));
    await as([allow('sns:CreatePlatformEndpoint', FCM)], enlist);
    await expect(as([allow('sns:CreatePlatformEndpoint', APNS)], enlist)).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
    const { SubscriptionArn } = await client.send(
      new SubscribeCommand({ TopicArn: topicArn('everyone'), Protocol: 'application', Endpoint: arn }),
    );
    await as([allow('sns:Unsubscribe', topicArn('everyone'))], (caller) =>
      caller.send(new UnsubscribeCommand({ SubscriptionArn })),
    );
  });

  it('can come from the topic’s own policy, and be denied there', async () => {
    const TopicArn = topicArn('mixed');
    await as([], (caller) => caller.send(new PublishCommand({ TopicArn, Message: 'm' })));
    const join = client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn('events') }));
    await expect(join).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
    await parts.activity.idle();
  });
});

describe('the wire', () => {
  it('carries any text there and back', async () => {
    const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(anyText, async (token) => {
        const arn = await register(token, token);
        expect(await attributesOf(arn)).toMatchObject({ Token: token, CustomUserData: token });
      }),
      { numRuns: 60, examples: [['<&>"\'\r\n\t+%20 é🔔']] },
    );
  });

  it('survives any form: a refusal in XML, never a crash', async () => {
    const name = fc.constantFrom(
      'Action',
      'Message',
      'TopicArn',
      'TargetArn',
      'Attributes.entry.1.key',
      'MessageAttributes.entry.1.Name',
      'MessageAttributes.entry.x.Value.',
      'NextToken',
      '__proto__',
    );
    const value = fc.oneof(
      fc.constantFrom('Publish', 'Subscribe', 'ListTopics', 'CreatePlatformEndpoint', '__proto__', 'constructor'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value)), async (form) => {
        const body = new URLSearchParams(form);
        const response = await fetch(server.endpoint, { method: 'POST', body });
        expect([200, 400, 404, 501]).toContain(response.status);
        expect(await response.text()).toMatch(/^<(ErrorResponse|ListTopicsResponse) /);
      }),
      { numRuns: 150 },
    );
  });
});
