import {
  CreatePlatformEndpointCommand,
  CreateTopicCommand,
  GetPlatformApplicationAttributesCommand,
  GetTopicAttributesCommand,
  ListPlatformApplicationsCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Statement } from '../../../local/iam/principal.ts';
import { ACCOUNT, OPERATOR, serve } from '../runtime-parts.ts';
import { APNS, FCM, queueArn, SANDBOX, topicArn } from '../sns/push-parts.ts';
import { fcm, json, snsClient } from './sns-client.ts';

const { phones, parts, service, endpoint, send, register, attributesOf, publish } = snsClient();

// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
describe('topics', () => {
  it('subscribes endpoints and queues without confirmation, once each', async () => {
    const arn = await register();
    const subscribe = (Protocol: string, Endpoint: string, TopicArn = topicArn('everyone')) =>
      send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }));
    const { SubscriptionArn } = await subscribe('application', arn);
    expect(await subscribe('application', arn)).toMatchObject({ SubscriptionArn });
    await subscribe('sqs', queueArn('closed'));
    const list = async () =>
      (await send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn('everyone') }))).Subscriptions;
    expect(await list()).toMatchObject([
      { SubscriptionArn, Protocol: 'application', Endpoint: arn, Owner: ACCOUNT },
      { Protocol: 'sqs', Endpoint: queueArn('closed') },
    ]);
    const id = await publish({ TopicArn: topicArn('everyone'), ...json({ default: 'd', GCM: fcm }) });
    expect(phones.list()[0]?.messages).toMatchObject([{ payload: fcm, message_id: id }]);
    await send(new UnsubscribeCommand({ SubscriptionArn }));
    await send(new UnsubscribeCommand({ SubscriptionArn }));
    expect(await list()).toHaveLength(1);
    await expect(subscribe('application', arn.slice(0, -1))).rejects.toThrow('Endpoint does not exist');
    await expect(subscribe('application', arn, topicArn('nowhere'))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(subscribe('email', 'a@example.com')).rejects.toThrow('does not emulate subscriptions by email');
    await expect(subscribe('pigeon', 'coo')).rejects.toThrow('does not support this protocol string');
  });

  it('shows topics and applications', async () => {
    const { Topics } = await send(new ListTopicsCommand({}));
    expect(Topics?.map(({ TopicArn }) => TopicArn)).toEqual(['everyone', 'events', 'mixed'].map(topicArn));
    const { Attributes } = await send(new GetTopicAttributesCommand({ TopicArn: topicArn('everyone') }));
    expect(Attributes).toMatchObject({ DisplayName: 'Everyone', SubscriptionsConfirmed: '0' });
    const { PlatformApplications } = await send(new ListPlatformApplicationsCommand({}));
    expect(PlatformApplications?.map(({ PlatformApplicationArn }) => PlatformApplicationArn)).toEqual([
      FCM,
      APNS,
      SANDBOX,
    ]);
    const application = await send(new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn: FCM }));
    expect(application.Attributes).toMatchObject({ Enabled: 'true', EventDeliveryFailure: topicArn('events') });
  });

  it('names actions it does not have', async () => {
    await expect(send(new CreateTopicCommand({ Name: 't' }))).rejects.toThrow("does not emulate SNS's CreateTopic");
  });
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
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
  const allow = (Action: string, Resource: string | string[]): Statement => ({ Effect: 'Allow', Action, Resource });

  it('are asked for the endpoint, application or topic', async () => {
    const arn = await register();
    const push = (caller: SNSClient) => caller.send(new PublishCommand({ TargetArn: arn, Message: 'm' }));
    const endpoints = `arn:aws:sns:us-east-1:${ACCOUNT}:endpoint/GCM/carillon/*`;
    await as([allow('sns:Publish', [endpoints, FCM])], push);
    // SNS may ask about either, so one of them is not enough.
    for (const one of [endpoints, FCM]) {
      await expect(as([allow('sns:Publish', one)], push)).rejects.toMatchObject({
        name: 'AuthorizationErrorException',
      });
    }
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
    const { SubscriptionArn } = await send(
      new SubscribeCommand({ TopicArn: topicArn('everyone'), Protocol: 'application', Endpoint: arn }),
    );
    await as([allow('sns:Unsubscribe', topicArn('everyone'))], (caller) =>
      caller.send(new UnsubscribeCommand({ SubscriptionArn })),
    );
  });

  it('can come from the topic’s own policy, and be denied there', async () => {
    const TopicArn = topicArn('mixed');
    await as([], (caller) => caller.send(new PublishCommand({ TopicArn, Message: 'm' })));
    const join = send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn('events') }));
    await expect(join).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
    await parts.activity.idle();
  });
});

// https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
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
        const response = await fetch(endpoint(), { method: 'POST', body });
        expect([200, 400, 404, 501]).toContain(response.status);
        expect(await response.text()).toMatch(/^<(ErrorResponse|ListTopicsResponse) /);
      }),
      { numRuns: 150 },
    );
  });
});
