// SNS as the runtime needs it: topics of the stack, mobile push to phones, and the events of platform applications.
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws/aws-error.ts';
import { notEmulated } from '../aws/not-emulated.ts';
import type { Taps } from '../history/taps.ts';
import type { KeptState } from '../kept-state.ts';
import type { Meter } from '../meter.ts';
import { createEndpoints, type Endpoint, type Endpoints } from './endpoints.ts';
import { attributesBytes, checkAttributes, type SnsAttributes } from './message-attributes.ts';
import { type Structured, structured } from './message-structure.ts';
import { mobilePayload, payloadFault } from './mobile-payload.ts';
import type { Publication } from './notification-envelope.ts';
import { createPhones, type Phones, userOf } from './phones.ts';
import {
  type ApplicationEvent,
  type ApplicationSetting,
  invalidParameter,
  type PlatformApplications,
  platformApplications,
} from './platform-applications.ts';
import { type DeliveryDeps, deliverToSubscriber } from './topic-delivery.ts';
import { createTopics, type Topics } from './topics.ts';

export interface SnsDeps extends DeliveryDeps {
  meter: Meter;
  taps?: Pick<Taps, 'pushed'>;
  kept?: KeptState;
}
export interface SnsSettings {
  /** The platform applications that exist. */
  applications?: ApplicationSetting[];
  /** APNs takes hexadecimal tokens only, and SNS checks; `any` lets a demo use readable ones. */
  appleTokens?: 'hexadecimal' | 'any';
}

export interface PublishInput {
  TopicArn?: string;
  TargetArn?: string;
  PhoneNumber?: string;
  Message?: string;
  Subject?: string;
  MessageStructure?: string;
  MessageAttributes?: SnsAttributes;
}

export interface Sns {
  applications: PlatformApplications;
  endpoints: Endpoints;
  topics: Topics;
  phones: Phones;
  publish(input: PublishInput): { MessageId: string };
  /** Forgets endpoints, phones and subscriptions that aren't the template's. */
  reset(): void;
}

/** https://docs.aws.amazon.com/general/latest/gr/sns.html */
const MAX_MESSAGE_BYTES = 256 * 1024;
const BILLED_CHUNK_BYTES = 64 * 1024;
const MAX_SUBJECT_LENGTH = 100;

/** What SNS reports. https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html#sns-fcm-v1-failure-events */
const FAILURES = {
  InvalidPlatformToken: 'Platform token associated with the endpoint is not valid',
  InvalidNotification: 'Notification body is invalid',
  EndpointDisabled: 'Endpoint is disabled',
};

export function createSns(deps: SnsDeps, settings: SnsSettings = {}): Sns {
  const { stack, clock, activity, meter, log, kept } = deps;
  const applications = platformApplications(settings.applications ?? []);
  const endpoints = createEndpoints(applications, { appleTokens: settings.appleTokens, kept });
  const topics = createTopics(stack, endpoints, kept);
  const phones = createPhones(endpoints);
  /** Answers first, delivers then: Publish never waits for anyone. */
  const later = (work: () => void | Promise<void>) =>
    void activity.track(new Promise<void>((resolve) => setImmediate(resolve)).then(work));

  const toTopic = (publication: Publication) => {
    for (const subscription of topics.subscriptions(publication.topicArn)) {
      if (subscription.protocol !== 'application') {
        later(() => deliverToSubscriber(subscription, publication, deps));
        continue;
      }
      const { message, attributes, messageId } = publication;
      later(() => {
        const endpoint = endpoints.find(subscription.endpoint);
        if (!endpoint)
          log?.(`${publication.topicArn}: the subscribed ${subscription.endpoint} is deleted; unsubscribe it`);
        // Deliveries by a topic are not reported as EventDeliveryFailure: that is for direct publishes.
        else if (endpoint.enabled) push(endpoint, { message, attributes, messageId });
      });
    }
  };

  const report = (event: ApplicationEvent, endpoint: Endpoint, details: Record<string, unknown> = {}) => {
    const { application } = endpoint;
    const topicArn = application.attributes[event];
    if (!topicArn) return;
    if (!topics.find(topicArn)) return log?.(`${application.arn}: its ${event} topic ${topicArn} is not of this stack`);
    const eventType = event.slice('Event'.length);
    const Time = new Date(clock.now()).toISOString();
    const facts = { EndpointArn: endpoint.arn, EventType: eventType, Resource: application.arn, Service: 'SNS', Time };
    toTopic({
      messageId: randomUUID(),
      topicArn,
      subject: `${eventType} event for app ${application.name} (${application.provider})`,
      message: JSON.stringify({ ...facts, ...details }),
      attributes: {},
      publishedMs: clock.now(),
    });
  };
  endpoints.onChange((change, endpoint) => report(change, endpoint));

  const reportFailure = (endpoint: Endpoint, FailureType: keyof typeof FAILURES, MessageId: string) =>
    report('EventDeliveryFailure', endpoint, {
      DeliveryAttempts: 1,
      FailureMessage: FAILURES[FailureType],
      FailureType,
      MessageId,
    });

  /** Asks the provider. Gives back what went wrong; a dead token disables its endpoint. */
  function push(
    endpoint: Endpoint,
    content: { message: Structured; attributes: SnsAttributes; messageId: string },
  ): keyof typeof FAILURES | undefined {
    const failure = offer(endpoint, content);
    const { token, application, customUserData } = endpoint;
    const phone = { platform: application.platform, token, userId: userOf(customUserData) ?? '' };
    deps.taps?.pushed(content.messageId, phone, failure && FAILURES[failure]);
    return failure;
  }

  function offer(
    endpoint: Endpoint,
    { message, attributes, messageId }: { message: Structured; attributes: SnsAttributes; messageId: string },
  ): keyof typeof FAILURES | undefined {
    const { provider, platform } = endpoint.application;
    meter.add('sns_mobile_deliveries', 1, platform);
    const payload = mobilePayload(provider, message);
    const fault = payloadFault(provider, payload, attributes);
    if (fault) {
      log?.(`${endpoint.arn}: ${platform} refuses the message ${messageId}: ${fault}`);
      return 'InvalidNotification';
    }
    const texts = Object.entries(attributes).map(([name, { StringValue = '' }]) => [name, StringValue]);
    const outcome = phones.receive(platform, endpoint.token, {
      payload,
      attributes: Object.fromEntries(texts),
      received_at: new Date(clock.now()).toISOString(),
      message_id: messageId,
    });
    if (outcome === 'accepted') return undefined;
    endpoints.disable(endpoint.arn);
    return 'InvalidPlatformToken';
  }

  const toEndpoint = (
    arn: string,
    { message, attributes, messageId }: Omit<Publication, 'topicArn' | 'publishedMs'>,
  ) => {
    later(() => {
      const endpoint = endpoints.find(arn);
      if (!endpoint) return;
      const failure = push(endpoint, { message, attributes, messageId });
      if (failure) reportFailure(endpoint, failure, messageId);
    });
  };

  return {
    applications,
    endpoints,
    topics,
    phones,
    publish(input) {
      const { MessageAttributes: attributes = {}, Subject: subject, PhoneNumber } = input;
      if (PhoneNumber !== undefined) throw notEmulated('text messages to phone numbers');
      const target = input.TopicArn ?? input.TargetArn;
      if (!target || (input.TopicArn && input.TargetArn)) {
        throw invalidParameter('TopicArn or TargetArn Reason: exactly one of them must be given');
      }
      if (!input.Message) throw invalidParameter('Empty message');
      const bytes = Buffer.byteLength(input.Message) + attributesBytes(attributes);
      if (bytes > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
      if (subject !== undefined && !validSubject(subject)) throw invalidParameter('Subject');
      checkAttributes(attributes);
      const messageId = randomUUID();
      const endpointArn = target.split(':')[5]?.startsWith('endpoint/') && !input.TopicArn ? target : undefined;
      if (endpointArn) {
        const endpoint = endpoints.find(endpointArn);
        if (!endpoint) throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified');
        const { provider, attributes: application } = endpoint.application;
        const message = structured(input.Message, input.MessageStructure, { provider });
        if (application.Enabled?.toLowerCase() !== 'true') {
          throw new AwsError('PlatformApplicationDisabled', 'Platform application is disabled');
        }
        if (!endpoint.enabled) {
          reportFailure(endpoint, 'EndpointDisabled', messageId);
          throw new AwsError('EndpointDisabled', 'Endpoint is disabled');
        }
        toEndpoint(endpointArn, { messageId, subject, message, attributes });
      } else {
        const topic = topics.get(target);
        const message = structured(input.Message, input.MessageStructure, {});
        toTopic({ messageId, topicArn: topic.arn, subject, message, attributes, publishedMs: clock.now() });
      }
      meter.add('sns_requests', Math.max(1, Math.ceil(bytes / BILLED_CHUNK_BYTES)), 'Publish');
      return { MessageId: messageId };
    },
    reset() {
      topics.reset();
      endpoints.clear();
      phones.reset();
    },
  };
}

/** Up to 100 ASCII characters without line breaks, starting with a letter, number or punctuation mark. */
const validSubject = (subject: string) => subject.length <= MAX_SUBJECT_LENGTH && /^[!-~][ -~]*$/.test(subject);
