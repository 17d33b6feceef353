// Rules that turn events of other systems into ours: configuration, no code in the dispatcher.
import { Names } from 'aws-cdk-lib';
import { type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { DetailType } from '../protocol/detail-type.ts';
import type { Priority } from '../protocol/priority.ts';
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
   * The event's `Source`.
   * @default - any source
   */
  readonly source?: string;
  /** The event's `DetailType`. */
  readonly detailType: string;
}

/** The notification that an event of another system becomes. */
export interface NotificationTemplate {
  /**
   * Path to the id of the one user to notify. Give this or `user_ids`.
   * @default - none
   */
  readonly user_id?: EventPath;
  /**
   * Path to a list of user ids, or several paths to one id each. Give this or `user_id`.
   * @default - none
   */
  readonly user_ids?: EventPath | EventPath[];
  /** The type by which users mute and clients choose an icon, such as `trade.created`. */
  readonly notification_type: string;
  /** The title. `{group_name}` is replaced with that field of the event's detail. */
  readonly title: string;
  /** The message. `{group_name}` is replaced with that field of the event's detail. */
  readonly message: string;
  /**
   * What the client receives along with the texts.
   * @default - the event's whole detail
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
}

/** A rule that brings such events to the dispatch queue as events of our own. */
export function domainEventRule(
  scope: Construct,
  id: string,
  intake: Intake,
  event: EventSource,
  to: { detailType: DetailType; detail: Record<string, unknown> },
): Rule {
  const bus = event.bus ?? intake.bus;
  const rule = new Rule(scope, id, {
    eventBus: bus,
    description: `${event.detailType} becomes ${to.detailType}`,
    eventPattern: {
      detailType: [event.detailType],
      ...(event.source !== undefined && { source: [event.source] }),
    },
    targets: [intake.target(envelope(to.detailType, to.detail))],
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

export function notificationDetail({ user_id: userId, user_ids: userIds, ...template }: NotificationTemplate) {
  if ((userId === undefined) === (userIds === undefined)) {
    throw new Error('notification: name the audience with exactly one of user_id and user_ids.');
  }
  return { user_id: userId, user_ids: userIds, payload: '$.detail', ...template };
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
    detail,
  };
}
