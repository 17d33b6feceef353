// Mobile push: the topic every phone is subscribed to, and the one where SNS reports endpoints that have died.
// The platform applications themselves hold credentials of FCM and APNs and are no CloudFormation resource: they are
// made once by hand and named by their ARNs. https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send-register.html
import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { PushEnvironment } from '../lambdas/environment.ts';
import type { Intake } from './intake.ts';
import { Validations } from './validations.ts';

/** ARNs of SNS platform applications, such as `arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app`. */
export interface PushApplications {
  /**
   * The application for Android, by Firebase Cloud Messaging.
   * @default - no push to Android
   */
  readonly fcm?: string;
  /**
   * The application for iOS.
   * @default - no push to iOS
   */
  readonly apns?: string;
  /**
   * The application for development builds on iOS.
   * @default - no push to development builds
   */
  readonly apns_sandbox?: string;
}

const APPLICATION_ARN = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:app\/(GCM|APNS|APNS_SANDBOX)\/[A-Za-z0-9_.-]{1,256}$/;
const PROVIDER = { fcm: 'GCM', apns: 'APNS', apns_sandbox: 'APNS_SANDBOX' } as const;

/** Only made where at least one application is named. */
export class Push extends Construct {
  readonly broadcastTopic: Topic;
  /** Attach it to the applications: EventEndpointUpdated, EventEndpointDeleted and EventDeliveryFailure. */
  readonly eventsTopic: Topic;
  readonly environment: PushEnvironment;
  private readonly applications: string[];

  constructor(
    scope: Construct,
    id: string,
    props: { applications: PushApplications; intake: Intake; removalPolicy: RemovalPolicy },
  ) {
    super(scope, id);
    const { applications, intake } = props;
    for (const [platform, arn] of Object.entries(applications)) {
      if (APPLICATION_ARN.exec(arn)?.[1] !== PROVIDER[platform as keyof PushApplications]) {
        throw new Error(
          `pushApplications.${platform}: "${arn}" is no platform application for it. Its ARN looks like ` +
            `arn:aws:sns:REGION:ACCOUNT:app/${PROVIDER[platform as keyof PushApplications]}/NAME.`,
        );
      }
    }
    this.applications = Object.values(applications);
    this.broadcastTopic = new Topic(this, 'Broadcasts', { enforceSSL: true });
    // It holds every phone's subscription, which only the phones could make again.
    this.broadcastTopic.applyRemovalPolicy(props.removalPolicy);
    this.eventsTopic = new Topic(this, 'EndpointEvents', { enforceSSL: true });
    // SNS names the account as its own key, AWS:SourceOwner, or as the global one: either may be there alone.
    for (const [sid, key] of [
      ['PlatformApplicationsReport', 'aws:SourceAccount'],
      ['PlatformApplicationsReportAsOwner', 'AWS:SourceOwner'],
    ] as const) {
      this.eventsTopic.addToResourcePolicy(
        new PolicyStatement({
          sid,
          principals: [new ServicePrincipal('sns.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [this.eventsTopic.topicArn],
          conditions: { StringEquals: { [key]: Stack.of(this).account } },
        }),
      );
    }
    const subscription = this.eventsTopic.addSubscription(
      new SqsSubscription(intake.dispatchQueue, { rawMessageDelivery: true, deadLetterQueue: intake.undeliveredQueue }),
    );
    subscription.node.addDependency(...intake.policies);
    this.environment = {
      ...pushOff,
      ...environmentOf(applications),
      BROADCAST_TOPIC_ARN: this.broadcastTopic.topicArn,
    };
  }

  /** To register phones, and to remove them. */
  grantRegister(fn: LambdaFunction): void {
    this.grantEndpoints(
      fn,
      'sns:CreatePlatformEndpoint',
      'sns:GetEndpointAttributes',
      'sns:SetEndpointAttributes',
      'sns:DeleteEndpoint',
    );
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Subscribe', 'sns:Unsubscribe'], resources: [this.broadcastTopic.topicArn] }),
    );
  }

  /** To send pushes, and to forget phones that are gone. */
  grantPush(fn: LambdaFunction): void {
    this.grantEndpoints(fn, 'sns:Publish', 'sns:GetEndpointAttributes', 'sns:DeleteEndpoint');
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Publish', 'sns:Unsubscribe'], resources: [this.broadcastTopic.topicArn] }),
    );
  }

  /**
   * On the applications and on their endpoints: AWS's reference names no resource for these calls, and SNS has been
   * seen to ask about either. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
   */
  private grantEndpoints(fn: LambdaFunction, ...actions: string[]): void {
    const endpoints = this.applications.map((arn) => `${arn.replace(':app/', ':endpoint/')}/*`);
    fn.addToRolePolicy(new PolicyStatement({ actions, resources: [...this.applications, ...endpoints] }));
    for (const resource of endpoints) {
      Validations.of(fn.role!).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason: 'Each phone has an endpoint of its own, named when it registers. The application is fixed.',
      });
    }
  }
}

/** What the functions read where push is off. */
export const pushOff: PushEnvironment = {
  FCM_APPLICATION_ARN: '',
  APNS_APPLICATION_ARN: '',
  APNS_SANDBOX_APPLICATION_ARN: '',
  BROADCAST_TOPIC_ARN: '',
};

function environmentOf({ fcm, apns, apns_sandbox: sandbox }: PushApplications): Partial<PushEnvironment> {
  return {
    ...(fcm !== undefined && { FCM_APPLICATION_ARN: fcm }),
    ...(apns !== undefined && { APNS_APPLICATION_ARN: apns }),
    ...(sandbox !== undefined && { APNS_SANDBOX_APPLICATION_ARN: sandbox }),
  };
}
