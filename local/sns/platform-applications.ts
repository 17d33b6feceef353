// SNS platform applications: CloudFormation has none, so the runtime's settings name them as they would be created
// once.
import { AwsError } from '../aws/aws-error.ts';

/** The message key and ARN part SNS uses for a push provider; FCM is still GCM there. */
export const PROVIDERS = { GCM: 'fcm', APNS: 'apns', APNS_SANDBOX: 'apns_sandbox' } as const;
export type Provider = keyof typeof PROVIDERS;
const isProvider = (name: string): name is Provider => Object.hasOwn(PROVIDERS, name);
export type Platform = (typeof PROVIDERS)[Provider];

/**
 * What SNS can report to a topic of yours.
 * https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
 */
export const APPLICATION_EVENTS = [
  'EventEndpointCreated',
  'EventEndpointDeleted',
  'EventEndpointUpdated',
  'EventDeliveryFailure',
] as const;
export type ApplicationEvent = (typeof APPLICATION_EVENTS)[number];

export interface ApplicationSetting {
  /** `arn:aws:sns:us-east-1:000000000000:app/GCM/carillon` */
  arn: string;
  /** Topic ARNs by event; an event without one is not reported. */
  events?: Partial<Record<ApplicationEvent, string>>;
}

export interface PlatformApplication {
  arn: string;
  name: string;
  provider: Provider;
  platform: Platform;
  /** As AWS shows them: `Enabled` and the event topics. */
  attributes: Record<string, string>;
}

export interface PlatformApplications {
  list(): PlatformApplication[];
  find(arn: string): PlatformApplication | undefined;
  /** Throws the service's NotFound. */
  get(arn: string): PlatformApplication;
  setAttributes(arn: string, attributes: Record<string, string>): void;
}

const ARN = /^arn:aws:sns:[a-z0-9-]+:\d{12}:app\/([A-Z_]+)\/([A-Za-z0-9_.-]{1,256})$/;

export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameter', `Invalid parameter: ${message}`, 400);
export const notFound = (message: string) => new AwsError('NotFound', message, 404);

export function platformApplications(settings: ApplicationSetting[]): PlatformApplications {
  const applications = new Map<string, PlatformApplication>();
  for (const { arn, events = {} } of settings) {
    const [, provider, name] = ARN.exec(arn) ?? [];
    if (!name || !provider || !isProvider(provider)) {
      throw new Error(
        `${arn} is not a platform application the local runtime emulates; ` +
          `its ARN must look like arn:aws:sns:REGION:ACCOUNT:app/GCM/NAME, with one of ${Object.keys(PROVIDERS).join(', ')}`,
      );
    }
    const platform = PROVIDERS[provider];
    applications.set(arn, {
      arn,
      name,
      provider,
      platform,
      attributes: { Enabled: 'true', ...events },
    });
  }
  const get = (arn: string): PlatformApplication => {
    const found = applications.get(arn);
    if (found) return found;
    if (!ARN.test(arn))
      throw invalidParameter('PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the ARN.');
    throw notFound('PlatformApplication does not exist');
  };
  return {
    list: () => [...applications.values()],
    find: (arn) => applications.get(arn),
    get,
    setAttributes(arn, attributes) {
      const application = get(arn);
      for (const name of Object.keys(attributes)) {
        if (name !== 'Enabled' && !(APPLICATION_EVENTS as readonly string[]).includes(name)) {
          throw invalidParameter(`Attributes Reason: the local runtime does not emulate the attribute ${name}`);
        }
      }
      Object.assign(application.attributes, attributes);
    },
  };
}
