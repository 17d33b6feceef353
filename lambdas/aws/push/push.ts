// Mobile push by SNS platform endpoints, and by the one topic that every device is subscribed to.
import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  EndpointDisabledException,
  GetEndpointAttributesCommand,
  InvalidParameterException,
  NotFoundException,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
  SNSServiceException,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CallerError } from '../../../protocol/error-codes.ts';
import type { Phone } from '../../domain/model/recipient.ts';
import type { Push } from '../../domain/push/ports.ts';
import { bounded, MAX_ATTEMPTS, requestHandler } from '../clients.ts';
import { pushAttributes, pushMessage } from './push-payload.ts';
import { reportedEndpoint } from './reported-endpoint.ts';
import { withdrawalAttributes, withdrawalMessage } from './withdrawal-payload.ts';

export interface PushTargets {
  /** ARN of the SNS platform application of each platform that can be reached. */
  applications: Partial<Record<Phone['platform'], string>>;
  broadcastTopicArn: string;
}

/** Names the endpoint that is in the way: SNS says it nowhere but in this text. */
const EXISTING_ENDPOINT = /Endpoint (arn:aws[a-z-]*:sns\S+) already exists with the same Token/;
/** An endpoint deleted by hand, between two calls, is made anew; more often than twice it is something else. */
const ATTEMPTS = 3;

export function push({ applications, broadcastTopicArn }: PushTargets): Push {
  let client: SNSClient | undefined;
  // Most invocations push nothing, and a client takes a while to make.
  const open = () => {
    client ??= bounded(
      new SNSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: requestHandler(), cacheMiddleware: true }),
    );
    return client;
  };
  // A second try of its own could repeat what was sent though its answer was lost.
  let once: SNSClient | undefined;
  const openOnce = () => {
    once ??= bounded(new SNSClient({ maxAttempts: 1, requestHandler: requestHandler() }));
    return once;
  };
  const platforms = (Object.keys(applications) as Phone['platform'][]).filter((platform) => applications[platform]);

  const attributesOf = async (endpointArn: string) => {
    try {
      const { Attributes } = await open().send(new GetEndpointAttributesCommand({ EndpointArn: endpointArn }));
      return Attributes;
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  };

  /** The endpoint of the token, regardless of who created it and of its state. */
  const findOrCreate = async (applicationArn: string, token: string, userId: string): Promise<string> => {
    try {
      const { EndpointArn } = await open().send(
        new CreatePlatformEndpointCommand({
          PlatformApplicationArn: applicationArn,
          Token: token,
          CustomUserData: userId,
        }),
      );
      return EndpointArn!;
    } catch (error) {
      if (!(error instanceof InvalidParameterException)) throw error;
      const existing = EXISTING_ENDPOINT.exec(error.message)?.[1];
      if (existing !== undefined) return existing;
      throw new CallerError('invalid_request', 'token is not one that the push provider could have issued.', {
        field: 'token',
      });
    }
  };

  const unsubscribe = async (subscriptionArn: string) => {
    try {
      await open().send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
    }
  };

  const publish = async (TargetArn: string, Message: string, MessageAttributes: ReturnType<typeof pushAttributes>) => {
    try {
      await open().send(new PublishCommand({ TargetArn, MessageStructure: 'json', Message, MessageAttributes }));
      return 'pushed';
    } catch (error) {
      if (error instanceof EndpointDisabledException || error instanceof NotFoundException) return 'dead';
      if (error instanceof InvalidParameterException && error.message.includes('No endpoint found')) return 'dead';
      throw error;
    }
  };

  return {
    reportedEndpoint,
    isConfigured: (platform) => (platform === undefined ? platforms.length > 0 : platforms.includes(platform)),

    toDevice: ({ endpoint_arn: endpointArn, platform }, content) =>
      publish(endpointArn, pushMessage(content, [platform]), pushAttributes(content, [platform])),

    withdraw: ({ endpoint_arn: endpointArn, platform }, withdrawal) =>
      publish(endpointArn, withdrawalMessage(withdrawal, platform), withdrawalAttributes(withdrawal, platform)),

    async toEveryone(content) {
      try {
        await openOnce().send(
          new PublishCommand({
            TopicArn: broadcastTopicArn,
            MessageStructure: 'json',
            Message: pushMessage(content, platforms),
            MessageAttributes: pushAttributes(content, platforms),
          }),
        );
        return 'pushed';
      } catch (error) {
        if (error instanceof SNSServiceException && error.$metadata.httpStatusCode !== undefined) return 'refused';
        throw error;
      }
    },

    async endpointIsDead(endpointArn) {
      const attributes = await attributesOf(endpointArn);
      return attributes === undefined || attributes.Enabled === 'false';
    },

    async subscribe(endpointArn) {
      try {
        const { SubscriptionArn } = await open().send(
          new SubscribeCommand({
            TopicArn: broadcastTopicArn,
            Protocol: 'application',
            Endpoint: endpointArn,
            ReturnSubscriptionArn: true,
          }),
        );
        return SubscriptionArn;
      } catch (error) {
        if (!(error instanceof InvalidParameterException || error instanceof NotFoundException)) throw error;
        if ((await attributesOf(endpointArn)) === undefined) return undefined;
        throw error;
      }
    },

    unsubscribe,

    async removeEndpoint({ endpoint_arn: endpointArn, subscription_arn: subscriptionArn }) {
      // SNS does not end the subscriptions of an endpoint that is deleted.
      if (subscriptionArn !== undefined) await unsubscribe(subscriptionArn);
      await open().send(new DeleteEndpointCommand({ EndpointArn: endpointArn }));
    },

    async register(platform, token, userId) {
      const applicationArn = applications[platform];
      if (!applicationArn)
        throw new CallerError('push_not_configured', `This deployment has no platform application for ${platform}.`);
      for (let attempt = 1; ; attempt++) {
        const endpointArn = await findOrCreate(applicationArn, token, userId);
        const attributes = await attributesOf(endpointArn);
        try {
          const isRight =
            attributes?.Enabled === 'true' && attributes.Token === token && attributes.CustomUserData === userId;
          if (!isRight) {
            // One that a provider refused stays disabled until somebody says that the token is good again.
            await open().send(
              new SetEndpointAttributesCommand({
                EndpointArn: endpointArn,
                Attributes: { Token: token, Enabled: 'true', CustomUserData: userId },
              }),
            );
          }
          return endpointArn;
        } catch (error) {
          const isDeleted =
            error instanceof NotFoundException ||
            (error instanceof InvalidParameterException && attributes === undefined);
          if (!isDeleted || attempt === ATTEMPTS) throw error;
        }
      }
    },
  };
}
