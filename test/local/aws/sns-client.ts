// SNS behind HTTP with an SDK client, and the few calls most of its tests make.
import {
  CreatePlatformEndpointCommand,
  GetEndpointAttributesCommand,
  PublishCommand,
  type PublishCommandInput,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { snsService } from '../../../local/aws/sns.ts';
import { serve } from '../runtime-parts.ts';
import { FCM, pushParts } from '../sns/push-parts.ts';

/** Served for one test file, empty before each test. */
export function snsClient() {
  const parts = pushParts();
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
  return {
    parts,
    service,
    phones: parts.sns.phones,
    endpoint: () => server.endpoint,
    send: ((command: any) => client.send(command)) as SNSClient['send'],
    async register(Token = 'device-1', CustomUserData?: string, PlatformApplicationArn = FCM) {
      const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token, CustomUserData });
      return (await client.send(command)).EndpointArn!;
    },
    attributesOf: async (EndpointArn: string) =>
      (await client.send(new GetEndpointAttributesCommand({ EndpointArn }))).Attributes,
    set: (EndpointArn: string, Attributes: Record<string, string>) =>
      client.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes })),
    /** Settles when everything it causes has. */
    async publish(input: PublishCommandInput) {
      const { MessageId } = await client.send(new PublishCommand(input));
      await parts.activity.idle();
      return MessageId!;
    },
  };
}

/** A JSON-structured message; what isn't text is written as JSON. */
export const json = (messages: Record<string, unknown>) => {
  const texts = Object.entries(messages).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { MessageStructure: 'json', Message: JSON.stringify(Object.fromEntries(texts)) };
};
export const text = (StringValue: string) => ({ DataType: 'String', StringValue });
export const fcm = {
  fcmV1Message: { message: { notification: { title: 'T', body: 'B & <b>"é🔔' }, data: { id: '1' } } },
};
