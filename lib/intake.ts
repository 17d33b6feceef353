// Where events come in: the bus, the rule that takes ours, and the queues behind it.
import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { EventBus, Rule, RuleTargetInput, type RuleTargetInputProperties } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DETAIL_TYPES } from '../protocol/event.ts';

export const DISPATCH_TIMEOUT = Duration.seconds(30);
/** Our choice: several times what one message takes, so that a worker that hangs is cut off soon. */
export const FANOUT_TIMEOUT = Duration.seconds(15);
/** Our choice: five tries with growing pauses span several minutes, longer than most faults last. */
export const MAX_RECEIVES = 5;

export class Intake extends Construct {
  readonly bus: EventBus;
  /** Events and tasks waiting for `dispatch`. */
  readonly dispatchQueue: Queue;
  /** Segments of a topic's subscribers waiting for `fanout`. */
  readonly fanoutQueue: Queue;
  /** Invalid events, whole, with the reason. */
  readonly rejectedQueue: Queue;
  /** What failed every try. */
  readonly deadLetterQueue: Queue;
  /** Events the bus could not put on the dispatch queue. */
  readonly undeliveredQueue: Queue;

  constructor(scope: Construct, id: string, props: { removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const shared: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: props.removalPolicy,
    };
    const kept: QueueProps = { ...shared, retentionPeriod: Duration.days(14) };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', kept);
    this.undeliveredQueue = new Queue(this, 'Undelivered', kept);
    this.rejectedQueue = new Queue(this, 'Rejected', kept);
    for (const queue of [this.deadLetterQueue, this.undeliveredQueue, this.rejectedQueue]) {
      const reason = 'The end of the line: people read it and send its messages back; no function takes from it.';
      Validations.of(queue).acknowledge(
        { id: 'AwsSolutions-SQS3', reason },
        { id: 'Serverless-SQSRedrivePolicy', reason },
      );
    }
    const work = (timeout: Duration): QueueProps => ({
      ...shared,
      // AWS asks for six times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
    });
    this.dispatchQueue = new Queue(this, 'Dispatch', work(DISPATCH_TIMEOUT));
    this.fanoutQueue = new Queue(this, 'Fanout', work(FANOUT_TIMEOUT));
    this.bus = new EventBus(this, 'Bus', { description: 'Requests for notifications' });
    new Rule(this, 'Requests', {
      eventBus: this.bus,
      description: 'Our own events go to the dispatch queue',
      eventPattern: { detailType: [...DETAIL_TYPES] },
      targets: [
        new SqsQueue(this.dispatchQueue, { message: new WithIngestionTime(), deadLetterQueue: this.undeliveredQueue }),
      ],
    });
  }
}

/** The event as it is and `ingested_at`, because the envelope's own `time` has whole seconds only. */
class WithIngestionTime extends RuleTargetInput {
  // biome-ignore lint/complexity/noUselessConstructor: the inherited one is protected.
  constructor() {
    super();
  }

  override bind(): RuleTargetInputProperties {
    return {
      inputPathsMap: {
        id: '$.id',
        type: '$.detail-type',
        source: '$.source',
        time: '$.time',
        detail: '$.detail',
      },
      inputTemplate:
        '{"id":<id>,"detail-type":<type>,"source":<source>,"time":<time>,"ingested_at":<aws.events.event.ingestion-time>,"detail":<detail>}',
    };
  }
}
