// Mobile push: the topic every phone is subscribed to, and the one where SNS reports endpoints that have died.
// The platform applications themselves hold credentials of FCM and APNs and are no CloudFormation resource: they are made once
// by hand and named by their ARNs. https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send-register.html
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
    this.eventsTopic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PlatformApplicationsReport',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.eventsTopic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.eventsTopic.addSubscription(
      new SqsSubscription(intake.dispatchQueue, { rawMessageDelivery: true, deadLetterQueue: intake.undeliveredQueue }),
    );
    this.environment = {
      ...pushOff,
      ...environmentOf(applications),
      BROADCAST_TOPIC_ARN: this.broadcastTopic.topicArn,
    };
  }

  /** To register phones, and to remove them. */
  grantRegister(fn: LambdaFunction): void {
    fn.addToRolePolicy(new PolicyStatement({ actions: ['sns:CreatePlatformEndpoint'], resources: this.applications }));
    this.grantEndpoints(fn, 'sns:GetEndpointAttributes', 'sns:SetEndpointAttributes', 'sns:DeleteEndpoint');
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Subscribe', 'sns:Unsubscribe'], resources: [this.broadcastTopic.topicArn] }),
    );
  }

  /** To ring phones, and to forget those that are dead. */
  grantPush(fn: LambdaFunction): void {
    this.grantEndpoints(fn, 'sns:Publish', 'sns:GetEndpointAttributes', 'sns:DeleteEndpoint');
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['sns:Publish', 'sns:Unsubscribe'], resources: [this.broadcastTopic.topicArn] }),
    );
  }

  private grantEndpoints(fn: LambdaFunction, ...actions: string[]): void {
    const resources = this.applications.map((arn) => `${arn.replace(':app/', ':endpoint/')}/*`);
    fn.addToRolePolicy(new PolicyStatement({ actions, resources }));
    for (const resource of resources) {
      Validations.of(fn.role!).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason: 'Each phone has an endpoint of its own, named when it registers. The application is fixed.',
      });
    }
  }
}

/** What the functions are told where push is off. */
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
