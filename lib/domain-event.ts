// Rules that turn events of other systems into ours: configuration, no code in the dispatcher.
import { Names } from 'aws-cdk-lib';
import { type CfnRule, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { DetailType } from '../protocol/event.ts';
import type { Priority } from '../protocol/request.ts';
import { type EventPath, INGESTION_TIME } from './event-target.ts';
import type { Intake } from './intake.ts';

export type { EventPath } from './event-target.ts';

export interface EventSource {
  /** The bus it arrives on. Default: the service's own. */
  bus?: IEventBus;
  /** Default: any. */
  source?: string;
  detailType: string;
}

export interface NotificationTemplate {
  /** Whom to notify: one user, or a list (a path to a list, or several paths). */
  user_id?: EventPath;
  user_ids?: EventPath | EventPath[];
  notification_type: string;
  /** `{group_name}` stands for the field of the event's detail. */
  title: string;
  message: string;
  /** Default: the event's whole detail. */
  payload?: EventPath | Record<string, unknown>;
  priority?: Priority;
  requires_ack?: boolean;
  /** Default: the event's id, so that an event delivered twice notifies once. */
  id?: EventPath;
  deliver_at?: EventPath;
  expires_at?: EventPath;
}

export interface DomainEvent extends EventSource {
  notification: NotificationTemplate;
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
