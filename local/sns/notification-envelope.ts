// A topic's message as its subscribers get it: the JSON envelope in a queue, the record in a function's event.
import type { SnsAttributes } from './message-attributes.ts';
import { type Structured, textFor } from './message-structure.ts';
import type { Subscription } from './topics.ts';

export interface Publication {
  messageId: string;
  topicArn: string;
  subject?: string;
  message: Structured;
  attributes: SnsAttributes;
  publishedMs: number;
}

/** There is no certificate: verifying a signature locally fails, and should. */
const UNSIGNED = 'the-local-runtime-does-not-sign';

function unsubscribeUrl({ arn }: Subscription): string {
  return `https://sns.${arn.split(':')[3]}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`;
}

export function envelope(subscription: Subscription, publication: Publication): string {
  const { messageId, topicArn, subject, message, attributes, publishedMs } = publication;
  const listed = Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
    name,
    { Type: DataType, Value: StringValue },
  ]);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject,
    Message: textFor(message, subscription.protocol),
    Timestamp: new Date(publishedMs).toISOString(),
    SignatureVersion: '1',
    Signature: UNSIGNED,
    SigningCertURL: UNSIGNED,
    UnsubscribeURL: unsubscribeUrl(subscription),
    MessageAttributes: listed.length > 0 ? Object.fromEntries(listed) : undefined,
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html — its spelling differs from the queue's envelope. */
export function lambdaRecord(subscription: Subscription, publication: Publication) {
  const { SigningCertURL, UnsubscribeURL, MessageAttributes, ...rest } = JSON.parse(
    envelope(subscription, publication),
  );
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: {
      ...rest,
      Subject: publication.subject ?? null,
      SigningCertUrl: SigningCertURL,
      UnsubscribeUrl: UnsubscribeURL,
      MessageAttributes: MessageAttributes ?? {},
    },
  };
}
