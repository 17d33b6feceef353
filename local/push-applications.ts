// The platform applications that exist here: on AWS someone makes them with the credentials of FCM and APNs.
import type { ApplicationSetting } from './sns/platform-applications.ts';
import type { Stack } from './stack.ts';

const arn = (provider: string) => `arn:aws:sns:us-east-1:000000000000:app/${provider}/carillon`;

/** By their platform, as the setting `pushApplications` has them. */
export const PUSH_APPLICATIONS: Record<string, string> = {
  fcm: arn('GCM'),
  apns: arn('APNS'),
  apns_sandbox: arn('APNS_SANDBOX'),
};

/** Their events go to the stack's own topic, as the documents say to set them on AWS. */
export function pushApplications(stack: Stack): ApplicationSetting[] {
  const topic = stack.outputs.PushEventsTopicArn;
  const events = topic === undefined ? {} : { EventEndpointUpdated: topic, EventDeliveryFailure: topic };
  return Object.values(PUSH_APPLICATIONS).map((application) => ({ arn: application, events }));
}
