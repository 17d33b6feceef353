// The stack: one service and its outputs.
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { NotificationService, type NotificationServiceProps } from './notification-service.ts';

export interface NotificationStackProps extends StackProps {
  /** `dev`: the stack may take its data with it. Anything else keeps it. */
  stage: string;
  service?: NotificationServiceProps;
}

export class NotificationStack extends Stack {
  readonly service: NotificationService;

  constructor(scope: Construct, id: string, props: NotificationStackProps) {
    const { stage, service, ...stackProps } = props;
    super(scope, id, stackProps);
    this.service = new NotificationService(this, 'Service', {
      removalPolicy: stage === 'dev' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...service,
    });
    const { intake, identity, storage, httpApi, webSocketApi } = this.service;
    const outputs: Record<string, string> = {
      HttpUrl: httpApi.apiEndpoint,
      WebSocketUrl: webSocketApi.stage.url,
      EventBusName: intake.bus.eventBusName,
      TableName: storage.table.tableName,
      DispatchQueueUrl: intake.dispatchQueue.queueUrl,
      RejectedQueueUrl: intake.rejectedQueue.queueUrl,
      DeadLetterQueueUrl: intake.deadLetterQueue.queueUrl,
      UndeliveredQueueUrl: intake.undeliveredQueue.queueUrl,
      Issuer: identity.issuer,
      Audience: identity.audience,
    };
    if (identity.userPool) outputs.UserPoolId = identity.userPool.userPoolId;
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
