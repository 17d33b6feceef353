// The platform applications that exist here: on AWS someone makes them with the credentials of FCM and APNs.
import type { ApplicationSetting } from './sns/platform-applications.ts';
import type { Stack } from './stack.ts';

const arn = (provider: string) => `arn:aws:sns:us-east-1:000000000000:app/${provider}/carillon`;

/** By the name of their setting: push is on where they are told. */
export const PUSH_APPLICATIONS: Record<string, string> = {
  pushFcm: arn('GCM'),
  pushApns: arn('APNS'),
  pushApnsSandbox: arn('APNS_SANDBOX'),
};

/** Their events go to the stack's own topic, as the documents say to set them on AWS. */
export function pushApplications(stack: Stack): ApplicationSetting[] {
  const topic = stack.outputs.PushEventsTopicArn;
  const events = topic === undefined ? {} : { EventEndpointUpdated: topic, EventDeliveryFailure: topic };
  return Object.values(PUSH_APPLICATIONS).map((application) => ({ arn: application, events }));
}
