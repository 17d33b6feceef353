// SNS topics of the stack and who subscribes to them: what the template says, and what Subscribe added since.
import { randomUUID } from 'node:crypto';
import { notEmulated } from '../aws/not-emulated.ts';
import { checkStatements } from '../iam/evaluate.ts';
import type { Statement } from '../iam/principal.ts';
import { documentStatements } from '../iam/role-statements.ts';
import { type KeptState, NOTHING_KEPT } from '../kept-state.ts';
import type { Stack } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import type { Endpoints } from './endpoints.ts';
import { invalidParameter, notFound } from './platform-applications.ts';
import { snsSupport } from './support.ts';

export interface Topic {
  arn: string;
  displayName: string;
  /** The topic's own policy. */
  policy: Statement[];
}

export type Protocol = 'application' | 'sqs' | 'lambda';

export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: Protocol;
  /** An endpoint's, queue's or function's ARN. */
  endpoint: string;
  raw: boolean;
  deadLetterArn?: string;
}

export interface Topics {
  list(): Topic[];
  find(arn: string): Topic | undefined;
  /** Throws the service's NotFound. */
  get(arn: string): Topic;
  subscriptions(topicArn?: string): Subscription[];
  subscribe(input: SubscribeInput): Subscription;
  /** No error when there is none, as on AWS. */
  unsubscribe(arn: string): void;
  /** Back to the template's subscriptions. */
  reset(): void;
}

export interface SubscribeInput {
  topicArn: string;
  protocol: string;
  endpoint: string | undefined;
  attributes?: Record<string, string>;
}

const isProtocol = (name: string): name is Protocol => Object.hasOwn(ENDPOINT_FORMS, name);

const ENDPOINT_FORMS: Record<Protocol, [form: RegExp, refusal: string]> = {
  sqs: [/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/, 'SQS endpoint ARN'],
  lambda: [/^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_:$-]+$/, 'Lambda endpoint ARN'],
  application: [/^arn:aws:sns:[a-z0-9-]+:\d{12}:endpoint\/.+$/, 'Application endpoint arn invalid'],
};

export function createTopics(stack: Stack, endpoints: Endpoints, kept: KeptState = NOTHING_KEPT): Topics {
  const topics = new Map<string, Topic>();
  const subscriptions = new Map<string, Subscription>();

  const policyOf = (arn: string): Statement[] =>
    ['AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy'].flatMap((type) =>
      stack.ofType(type).flatMap(({ logicalId, properties }) => {
        if (!(properties.Topics ?? [properties.TopicArn]).includes(arn)) return [];
        const statements = documentStatements(properties.PolicyDocument);
        checkStatements(statements, logicalId);
        return statements;
      }),
    );
  for (const resource of stack.ofType('AWS::SNS::Topic')) {
    assertSupported(resource, snsSupport.types);
    const { properties, ref } = resource;
    topics.set(ref, { arn: ref, displayName: properties.DisplayName ?? '', policy: policyOf(ref) });
  }

  const get = (arn: string): Topic => {
    const found = topics.get(arn);
    if (found) return found;
    if (!/^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(arn)) throw invalidParameter('TopicArn');
    throw notFound('Topic does not exist');
  };

  const subscribe = ({ topicArn, protocol, endpoint, attributes = {} }: SubscribeInput): Subscription => {
    const topic = get(topicArn);
    if (!isProtocol(protocol)) {
      if (!/^(http|https|email|email-json|sms|firehose)$/.test(protocol)) {
        throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
      }
      throw notEmulated(
        `subscriptions by ${protocol}`,
        `Those emulated are ${Object.keys(ENDPOINT_FORMS).join(', ')}.`,
      );
    }
    const [form, refusal] = ENDPOINT_FORMS[protocol];
    if (!endpoint || !form.test(endpoint)) throw invalidParameter(refusal);
    if (protocol === 'application' && !endpoints.find(endpoint)) {
      throw invalidParameter(`Endpoint Reason: Endpoint does not exist for endpoint ${endpoint}`);
    }
    const unknown = Object.keys(attributes).find((name) => !['RawMessageDelivery', 'RedrivePolicy'].includes(name));
    if (unknown) throw notEmulated(`the subscription attribute ${unknown}`, 'Filter where the message arrives.');
    const subscription: Subscription = {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol,
      endpoint,
      raw: attributes.RawMessageDelivery?.toLowerCase() === 'true',
      deadLetterArn: deadLetterOf(attributes.RedrivePolicy),
    };
    if (subscription.raw && protocol !== 'sqs') {
      throw invalidParameter('Attributes Reason: RawMessageDelivery: Invalid value [true] for this protocol');
    }
    const existing = [...subscriptions.values()].find(
      (one) => one.topicArn === topicArn && one.protocol === protocol && one.endpoint === endpoint,
    );
    if (!existing) {
      // The template's own are made again at the next start.
      if (protocol === 'application') kept.set('subscription', subscription.arn, subscription);
      subscriptions.set(subscription.arn, subscription);
      return subscription;
    }
    if (existing.raw !== subscription.raw || existing.deadLetterArn !== subscription.deadLetterArn) {
      throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
    }
    return existing;
  };

  const subscribeTemplate = () => {
    for (const resource of stack.ofType('AWS::SNS::Subscription')) {
      assertSupported(resource, snsSupport.types);
      const { TopicArn, Protocol: protocol, Endpoint, RawMessageDelivery, RedrivePolicy } = resource.properties;
      const attributes: Record<string, string> = {};
      if (RawMessageDelivery !== undefined) attributes.RawMessageDelivery = String(RawMessageDelivery);
      if (RedrivePolicy !== undefined) attributes.RedrivePolicy = JSON.stringify(RedrivePolicy);
      subscribe({ topicArn: TopicArn, protocol, endpoint: Endpoint, attributes });
    }
    for (const { ref, properties } of stack.ofType('AWS::SNS::Topic')) {
      for (const { Protocol: protocol, Endpoint } of properties.Subscription ?? []) {
        subscribe({ topicArn: ref, protocol, endpoint: Endpoint });
      }
    }
  };
  subscribeTemplate();
  for (const [arn, one] of kept.entries<Subscription>('subscription')) {
    if (topics.has(one.topicArn)) subscriptions.set(arn, one);
  }

  return {
    list: () => [...topics.values()],
    find: (arn) => topics.get(arn),
    get,
    subscriptions: (topicArn) =>
      [...subscriptions.values()].filter((one) => topicArn === undefined || one.topicArn === topicArn),
    subscribe,
    unsubscribe(arn) {
      if (!/^arn:aws:sns:[^:]+:\d{12}:[^:]+:[0-9a-f-]{36}$/.test(arn))
        throw invalidParameter('SubscriptionArn Reason: An ARN must have at least 6 elements, not 1');
      subscriptions.delete(arn);
      kept.delete('subscription', arn);
    },
    reset() {
      for (const arn of subscriptions.keys()) kept.delete('subscription', arn);
      subscriptions.clear();
      subscribeTemplate();
    },
  };
}

function deadLetterOf(redrivePolicy: string | undefined): string | undefined {
  if (redrivePolicy === undefined || redrivePolicy === '') return undefined;
  try {
    const { deadLetterTargetArn }: { deadLetterTargetArn?: unknown } = JSON.parse(redrivePolicy);
    if (typeof deadLetterTargetArn === 'string') return deadLetterTargetArn;
  } catch {
    throw invalidParameter('RedrivePolicy: failed to parse JSON.');
  }
  throw invalidParameter('RedrivePolicy: deadLetterTargetArn is not given');
}
