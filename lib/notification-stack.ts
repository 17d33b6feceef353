// The stack: one service and its outputs.
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { NotificationService, type NotificationServiceProps } from './notification-service.ts';
import { checkedPresets, PRESETS } from './presets/presets.ts';

export interface NotificationStackProps extends StackProps {
  readonly service?: NotificationServiceProps;
  /** Ready-made mappings of other systems' events: `shopping`, `edge`, `trading`. */
  readonly presets?: readonly string[];
  /** The SNS topic that alarms notify, by its ARN. */
  readonly alarmTopicArn?: string;
}

export class NotificationStack extends Stack {
  readonly service: NotificationService;

  constructor(scope: Construct, id: string, props: NotificationStackProps) {
    const { service, presets = [], alarmTopicArn, ...stackProps } = props;
    super(scope, id, stackProps);
    const alarmTopic = alarmTopicArn === undefined ? undefined : Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn);
    this.service = new NotificationService(this, 'Service', { ...service, ...(alarmTopic && { alarmTopic }) });
    for (const preset of checkedPresets(presets)) PRESETS[preset](this.service);
    const { intake, identity, storage, httpApi, webSocketApi } = this.service;
    const outputs: Record<string, string> = {
      HttpUrl: httpApi.apiEndpoint,
      WebSocketUrl: webSocketApi.stage.url,
      EventBusName: intake.bus.eventBusName,
      TableName: storage.table.tableName,
      DispatchQueueUrl: intake.dispatchQueue.queueUrl,
      RejectedQueueUrl: intake.rejectedQueue.queueUrl,
      FanoutQueueUrl: intake.fanoutQueue.queueUrl,
      DeadLetterQueueUrl: intake.deadLetterQueue.queueUrl,
      FanoutDeadLetterQueueUrl: intake.fanoutDeadLetterQueue.queueUrl,
      UndeliveredQueueUrl: intake.undeliveredQueue.queueUrl,
      Issuer: identity.issuer,
      Audience: identity.audiences.join(','),
    };
    if (identity.userPool) outputs.UserPoolId = identity.userPool.userPoolId;
    if (identity.userPoolDomain) outputs.SignInUrl = identity.userPoolDomain.baseUrl();
    const { push, archive } = this.service;
    if (archive) {
      outputs.ArchiveArn = archive.events.archiveArn;
      outputs.ReplayRuleArn = archive.rule.ruleArn;
      outputs.ReplayQueueUrl = archive.replays.queueUrl;
    }
    if (push) {
      outputs.BroadcastTopicArn = push.broadcastTopic.topicArn;
      outputs.PushEventsTopicArn = push.eventsTopic.topicArn;
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
