// The archive of the bus, and the queue where replayed events end: what `npm run replay` reads, and nothing delivers.
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { type CfnRule, Archive as EventArchive, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queueTarget } from './event-target.ts';
import type { Intake } from './intake.ts';
import { Validations } from './validations.ts';

/** Only what `explain` can explain. */
const ARCHIVED = ['notification.requested'];
/**
 * EventBridge adds this field to what it replays:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
const REPLAY_NAME = 'replay-name';
const REPLAYED = {
  id: '$.id',
  'detail-type': '$.detail-type',
  source: '$.source',
  time: '$.time',
  [REPLAY_NAME]: `$.${REPLAY_NAME}`,
  detail: '$.detail',
};

/** Only made where `archiveDays` is set. */
export class Archive extends Construct {
  /** The events. */
  readonly events: EventArchive;
  /** Sends replayed events to the queue, and only those. */
  readonly rule: Rule;
  /** Replayed events, until the command that asked for them has read them. */
  readonly replays: Queue;

  constructor(scope: Construct, id: string, { intake, days, removalPolicy }: ArchiveProps) {
    super(scope, id);
    if (!Number.isInteger(days) || days < 1) throw new Error('archiveDays must be a whole number of days, at least 1.');
    this.events = new EventArchive(this, 'Events', {
      sourceEventBus: intake.bus,
      description: 'Requests for notifications, to be replayed to nobody',
      eventPattern: { detailType: ARCHIVED },
      retention: Duration.days(days),
    });
    this.events.applyRemovalPolicy(removalPolicy);
    this.replays = new Queue(this, 'Replays', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Our choice: a command that broke off leaves them here.
      retentionPeriod: Duration.hours(1),
      visibilityTimeout: Duration.minutes(5),
      removalPolicy,
    });
    const reason = 'What is missing here is missing in a report: nothing is delivered from it.';
    Validations.of(this.replays).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
    this.rule = new Rule(this, 'Rule', {
      eventBus: intake.bus,
      description: 'What is replayed goes to a queue of its own, and is not dispatched',
      eventPattern: { detailType: ARCHIVED },
      // Not to the undelivered queue: redriving that one would send what was only to be explained.
      targets: [queueTarget({ queue: this.replays, deadLetterQueue: this.replays }, REPLAYED)],
    });
    matchReplays(this.rule, true);
    this.replays.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesSend',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.replays.queueArn],
        // Not the rule's own ARN: the rule depends on this policy, as `Intake.allow` says.
        conditions: { ArnLike: { 'aws:SourceArn': intake.rulesOfBus } },
      }),
    );
    this.rule.node.addDependency(this.replays.node.findChild('Policy'));
    matchReplays(intake.requests, false);
  }
}

interface ArchiveProps {
  intake: Intake;
  days: number;
  removalPolicy: RemovalPolicy;
}

function matchReplays(rule: Rule, exists: boolean): void {
  (rule.node.defaultChild as CfnRule).addPropertyOverride(`EventPattern.${REPLAY_NAME}`, [{ exists }]);
}
