// What SNS itself was recorded to answer, by the suite of another emulator that runs against AWS:
// https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
import {
  CreatePlatformEndpointCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type MessageAttributeValue,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { FCM, topicArn } from '../sns/push-parts.ts';
import { snsClient } from './sns-client.ts';

const sns = snsClient();
const topic = topicArn('everyone');

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
describe('an ARN that names nothing', () => {
  it.each([
    ['randomstring', 1],
    ['randomstring:1', 2],
  ])('"%s" has %d elements', async (TopicArn, count) => {
    const text = `Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not ${count}`;
    await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toThrow(text);
    await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toThrow(text);
  });

  it('of another region is refused', async () => {
    const TopicArn = topic.replace('us-east-1', 'eu-west-1');
    for (const command of [
      new PublishCommand({ TopicArn, Message: 'x' }),
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q' }),
      new GetTopicAttributesCommand({ TopicArn }),
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    ]) {
      await expect(sns.send(command as PublishCommand)).rejects.toMatchObject({
        message: 'Invalid parameter: TopicArn',
      });
    }
  });

  it('of a topic or application that is not there is not found', async () => {
    const TopicArn = `${topic}1`;
    await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toThrow('Topic does not exist');
    const command = new CreatePlatformEndpointCommand({ PlatformApplicationArn: `${FCM}1`, Token: 'x' });
    await expect(sns.send(command)).rejects.toThrow('PlatformApplication does not exist');
  });

  it('of an endpoint that is not there says so', async () => {
    const TargetArn = `${FCM.replace(':app/', ':endpoint/')}/nothing`;
    await expect(sns.send(new PublishCommand({ TargetArn, Message: 'x' }))).rejects.toThrow(
      'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
    );
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
describe('message attributes', () => {
  const text = (StringValue: string, DataType = 'String'): MessageAttributeValue => ({ DataType, StringValue });
  const bytes = new Uint8Array([1]);
  const supported = 'the set of supported type prefixes is Binary, Number, and String.';
  const refused: [name: string, attribute: MessageAttributeValue, text: string][] = [
    [
      'attr1',
      text('x', 'Invalid'),
      `The message attribute 'attr1' has an invalid message attribute type, ${supported}`,
    ],
    [
      'attr1',
      { DataType: 'String' },
      "must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'attr1',
      { DataType: 'Binary' },
      "must contain non-empty message attribute value for message attribute type 'Binary'.",
    ],
    ['attr1', text('x', 'Binary'), "The message attribute 'attr1' with type 'Binary' must use field 'Binary'."],
    ['attr1', { DataType: 'String', BinaryValue: bytes }, "with type 'String' must use field 'String'."],
    ['attr1', { DataType: 'Number', BinaryValue: bytes }, "with type 'Number' must use field 'String'."],
    ['a^b', text('x'), "Invalid non-alphanumeric character '#x5E' was found in the message attribute name."],
    ['.attr', text('x'), "Invalid message attribute name starting with character '.' was found."],
    ['attr.', text('x'), "Invalid message attribute name ending with character '.' was found."],
    ['at..tr', text('x'), "Message attribute name can not have successive '.' character."],
    ['a'.repeat(257), text('x'), 'Length of message attribute name must be less than 256 bytes.'],
  ];
  it.each(refused)('%s as %j is refused: %s', async (name, attribute, message) => {
    const command = new PublishCommand({ TopicArn: topic, Message: 'x', MessageAttributes: { [name]: attribute } });
    const refusal = expect(sns.send(command)).rejects;
    await refusal.toMatchObject({ Code: 'ParameterValueInvalid', message: expect.stringContaining(message) });
  });
});
