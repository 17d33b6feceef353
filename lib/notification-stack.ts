// The stack: one service and its outputs.
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { NotificationService, type NotificationServiceProps } from './notification-service.ts';
import { edgeEvents } from './presets/edge.ts';
import { shoppingEvents } from './presets/shopping.ts';
import { tradingEvents } from './presets/trading.ts';

const PRESETS: Record<string, (service: NotificationService) => void> = {
  shopping: shoppingEvents,
  edge: edgeEvents,
  trading: tradingEvents,
};

export interface NotificationStackProps extends StackProps {
  /** `dev`: the stack may take its data with it. Anything else keeps it. */
  stage: string;
  service?: NotificationServiceProps;
  /** Ready-made mappings of other systems' events: `shopping`, `edge`, `trading`. */
  presets?: string[];
}

export class NotificationStack extends Stack {
  readonly service: NotificationService;

  constructor(scope: Construct, id: string, props: NotificationStackProps) {
    const { stage, service, presets = [], ...stackProps } = props;
    super(scope, id, stackProps);
    this.service = new NotificationService(this, 'Service', {
      removalPolicy: stage === 'dev' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...service,
    });
    for (const preset of presets) {
      const add = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : undefined;
      if (!add) throw new Error(`There is no preset "${preset}". Use one of ${Object.keys(PRESETS).join(', ')}.`);
      add(this.service);
    }
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
    const { push } = this.service;
    if (push) {
      outputs.BroadcastTopicArn = push.broadcastTopic.topicArn;
      outputs.PushEventsTopicArn = push.eventsTopic.topicArn;
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
