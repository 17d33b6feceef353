// Where events come in: the bus, the rule that takes ours, and the queues behind it.
import { Duration, Lazy, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DETAIL_TYPES } from '../protocol/detail-type.ts';
import { INGESTION_TIME, queueTarget } from './event-target.ts';
import { KnownEvents, unknownEventsRule } from './unknown-events.ts';
import { Validations } from './validations.ts';

export const DISPATCH_TIMEOUT = Duration.seconds(30);
/** Our choice: several times what one message takes, so that a worker that hangs is cut off soon. */
export const FANOUT_TIMEOUT = Duration.seconds(15);
/** Our choice: five tries with growing pauses span several minutes, longer than most faults last. */
export const MAX_RECEIVES = 5;

const WHOLE_EVENT = {
  id: '$.id',
  'detail-type': '$.detail-type',
  source: '$.source',
  time: '$.time',
  ingested_at: INGESTION_TIME,
  detail: '$.detail',
};

export class Intake extends Construct {
  readonly bus: EventBus;
  /** Events and tasks waiting for `dispatch`. */
  readonly dispatchQueue: Queue;
  /** Segments of a topic's subscribers waiting for `fanout`. */
  readonly fanoutQueue: Queue;
  /** Invalid events, whole, with the reason. */
  readonly rejectedQueue: Queue;
  /** What failed every try in `dispatch`. */
  readonly deadLetterQueue: Queue;
  /** What failed every try in `fanout`: a queue of its own, because it goes back to another one. */
  readonly fanoutDeadLetterQueue: Queue;
  /** Events the bus could not put on the dispatch queue. */
  readonly undeliveredQueue: Queue;
  /** The rule that takes ours. */
  readonly requests: Rule;
  /** What the rules of the bus take. */
  readonly known = new KnownEvents();
  private readonly allowedRules = new Set<string>();

  constructor(scope: Construct, id: string, props: { removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const shared: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: props.removalPolicy,
    };
    const kept: QueueProps = { ...shared, retentionPeriod: Duration.days(14) };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', kept);
    this.fanoutDeadLetterQueue = new Queue(this, 'FanoutDeadLetters', kept);
    this.undeliveredQueue = new Queue(this, 'Undelivered', kept);
    this.rejectedQueue = new Queue(this, 'Rejected', kept);
    const lastQueues = [this.deadLetterQueue, this.fanoutDeadLetterQueue, this.undeliveredQueue, this.rejectedQueue];
    for (const queue of lastQueues) {
      const reason = 'The end of the line: people read it and send its messages back; no function takes from it.';
      Validations.of(queue).acknowledge(
        { id: 'AwsSolutions-SQS3', reason },
        { id: 'Serverless-SQSRedrivePolicy', reason },
      );
    }
    const work = (timeout: Duration, deadLetterQueue: Queue): QueueProps => ({
      ...shared,
      // AWS asks for six times the function's timeout:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      // The functions give up by themselves, with the reason; SQS does where a function is killed each time.
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
    });
    this.dispatchQueue = new Queue(this, 'Dispatch', work(DISPATCH_TIMEOUT, this.deadLetterQueue));
    this.fanoutQueue = new Queue(this, 'Fanout', work(FANOUT_TIMEOUT, this.fanoutDeadLetterQueue));
    this.bus = new EventBus(this, 'Bus', { description: 'Requests for notifications' });
    this.acceptEvents();
    this.requests = new Rule(this, 'Requests', {
      eventBus: this.bus,
      description: 'Our own events go to the dispatch queue',
      eventPattern: { detailType: [...DETAIL_TYPES] },
      // `ingested_at`, because the envelope's own `time` has whole seconds only.
      targets: [this.target(WHOLE_EVENT)],
    });
    const unknown = unknownEventsRule(this, this.known, { eventBus: this.bus, targets: [this.target(WHOLE_EVENT)] });
    for (const rule of [this.requests, unknown]) this.allow(rule, `${this.bus.eventBusName}/*`);
  }

  /** The dispatch queue, for rules: what cannot be delivered goes to the undelivered queue. */
  target(message: Record<string, unknown>, messageGroupId?: string): IRuleTarget {
    const queues = { queue: this.dispatchQueue, deadLetterQueue: this.undeliveredQueue };
    return queueTarget(queues, message, messageGroupId);
  }

  /**
   * Lets the rule send to the queues; `name` is the rule's ARN from `rule/` on, a pattern. EventBridge drops an event,
   * without a retry, while its rule exists and the permission doesn't, so the policies are created first.
   */
  allow(rule: Rule, name: string): void {
    this.allowedRules.add(name);
    rule.node.addDependency(...this.policies);
  }

  /** The ARNs of all rules of the bus, as a pattern. */
  get rulesOfBus(): string {
    const name = `${this.bus.eventBusName}/*`;
    return Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: name });
  }

  /** What else sends to the queues must wait for these too. */
  get policies(): Construct[] {
    return [this.dispatchQueue, this.undeliveredQueue].map((queue) => queue.node.findChild('Policy') as Construct);
  }

  /** One statement a queue for all rules: SQS takes 20 statements a policy (AWS limit). */
  private acceptEvents(): void {
    const stack = Stack.of(this);
    const ruleArn = (name: string) => stack.formatArn({ service: 'events', resource: 'rule', resourceName: name });
    for (const queue of [this.dispatchQueue, this.undeliveredQueue]) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid: 'RulesSend',
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: {
            ArnLike: { 'aws:SourceArn': Lazy.list({ produce: () => [...this.allowedRules].map(ruleArn) }) },
          },
        }),
      );
    }
  }
}
