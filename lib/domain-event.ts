// Rules that turn events of other systems into ours: configuration, no code in the dispatcher.
import { Names } from 'aws-cdk-lib';
import { type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { DetailType } from '../protocol/detail-type.ts';
import type { Priority } from '../protocol/priority.ts';
import { EVERYONE } from '../protocol/user-id.ts';
import { INGESTION_TIME } from './event-target.ts';
import type { Intake } from './intake.ts';

/** Where in an event a value is: `$.detail.user_id`. */
export type EventPath = `$.${string}`;

/** An event of another system. */
export interface EventSource {
  /**
   * The bus on which the event arrives.
   * @default - the service's own bus
   */
  readonly bus?: IEventBus;
  /**
   * The event's `Source`. Needed on any other bus than the service's own.
   * @default - any source
   */
  readonly source?: string;
  /** The event's `DetailType`. */
  readonly detailType: string;
}

/** The notification that an event of another system becomes. */
export interface NotificationTemplate {
  /**
   * Path to the id of the one user to notify. Give this, `user_ids` or `topic`.
   * @default - none
   */
  readonly user_id?: EventPath;
  /**
   * Path to one user id or a list of them, or several paths to one id each. Each user gets a notification of their own.
   * @default - none
   */
  readonly user_ids?: EventPath | EventPath[];
  /**
   * Path to the organisation in which the users are notified.
   * @default - the users' own inboxes
   */
  readonly org_id?: EventPath;
  /**
   * A topic whose subscribers get a live-only `event` frame. In `group:{group_id}`, braces are replaced as in the
   * texts.
   * @default - none
   */
  readonly topic?: string;
  /**
   * Notifies everyone. Give this or another audience.
   * @default false
   */
  readonly everyone?: boolean;
  /** The type by which users mute and clients choose an icon, such as `trade.created`. */
  readonly notification_type: string;
  /**
   * The title. `{group_name}` is replaced with that field of the event's detail. Needed unless it goes to a topic.
   * @default - none
   */
  readonly title?: string;
  /**
   * The message. `{group_name}` is replaced with that field of the event's detail. Needed unless it goes to a topic.
   * @default - none
   */
  readonly message?: string;
  /**
   * What the client receives along with the texts. `$.detail` is the event's whole detail.
   * @default - nothing: `{}`
   */
  readonly payload?: EventPath | Record<string, unknown>;
  /**
   * How urgent it is.
   * @default normal
   */
  readonly priority?: Priority;
  /**
   * Whether the notification is sent again until a client acknowledges it.
   * @default false
   */
  readonly requires_ack?: boolean;
  /**
   * Path to an idempotency key.
   * @default - the event's id, so that an event delivered twice notifies once
   */
  readonly id?: EventPath;
  /**
   * Path to the time of delivery.
   * @default - now
   */
  readonly deliver_at?: EventPath;
  /**
   * Path to the time after which the notification is no longer shown.
   * @default - it does not expire
   */
  readonly expires_at?: EventPath;
}

/** An event of another system, and the notification it becomes. */
export interface DomainEvent extends EventSource {
  /** What the notification holds. */
  readonly notification: NotificationTemplate;
  /**
   * Names these events as one tenant of the dispatch queue, so that a burst of them doesn't keep others waiting:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
   * @default - none: each event is a tenant of its own
   */
  readonly messageGroupId?: string;
}

/** A rule that brings such events to the dispatch queue as events of our own. */
export function domainEventRule(
  scope: Construct,
  id: string,
  intake: Intake,
  event: EventSource & Pick<DomainEvent, 'messageGroupId'>,
  to: { detailType: DetailType; detail: Record<string, unknown> },
): Rule {
  const bus = event.bus ?? intake.bus;
  if (bus === intake.bus) intake.known.add(event.detailType, event.source);
  else if (event.source === undefined) {
    throw new Error(`${id}: name the source of ${event.detailType}; on a bus of others anybody may send that type.`);
  }
  const rule = new Rule(scope, id, {
    eventBus: bus,
    description: `${event.detailType} becomes ${to.detailType}`,
    eventPattern: {
      detailType: [event.detailType],
      ...(event.source !== undefined && { source: [event.source] }),
    },
    targets: [intake.target(envelope(to.detailType, to.detail), event.messageGroupId)],
  });
  intake.allow(rule, arnPattern(rule, bus));
  return rule;
}

/** The rule's ARN from `rule/` on, known before the rule exists, because the policy that names it is created first. */
function arnPattern(rule: Rule, bus: IEventBus): string {
  if (bus.eventBusName !== 'default') return `${bus.eventBusName}/*`;
  // ARNs of rules on the default bus don't name their bus, so they are allowed one by one, and named for that.
  const name = Names.uniqueResourceName(rule, { maxLength: 64 });
  (rule.node.defaultChild as CfnRule).name = name;
  return name;
}

export function notificationDetail({ user_id, user_ids, topic, everyone, ...template }: NotificationTemplate) {
  const audience = { user_id: everyone ? EVERYONE : user_id, user_ids, topic };
  const named = [user_id, user_ids, topic, everyone || undefined].filter((one) => one !== undefined);
  if (named.length !== 1) {
    throw new Error('notification: name the audience with exactly one of user_id, user_ids, topic and everyone.');
  }
  if (topic === undefined && (template.title === undefined || template.message === undefined)) {
    throw new Error('notification: title and message are needed unless it goes to a topic.');
  }
  return { ...audience, payload: {}, ...template };
}

/**
 * Texts are filled in by dispatch from `template_values`, not by EventBridge, which writes a value into a text without
 * escaping it: a group called The "Best" would break the JSON.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-issues
 */
function envelope(detailType: DetailType, detail: Record<string, unknown>): Record<string, unknown> {
  return {
    id: '$.id',
    'detail-type': detailType,
    source: '$.source',
    time: '$.time',
    ingested_at: INGESTION_TIME,
    template_values: '$.detail',
    // The nil UUID is what unset fields print: in a mapping for one user it must reach nobody.
    may_reach_everyone: detail.user_id === EVERYONE,
    detail,
  };
}
