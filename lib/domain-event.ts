// Rules that turn events of other systems into ours: configuration, no code in the dispatcher.
import {
  EventField,
  type IEventBus,
  Rule,
  RuleTargetInput,
  type RuleTargetInputProperties,
} from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { DetailType } from '../protocol/event.ts';
import type { Priority } from '../protocol/request.ts';
import type { Intake } from './intake.ts';

/** Where in an event a value stands: `$.detail.user_id`. */
export type EventPath = `$.${string}`;

export interface EventSource {
  /** The bus it arrives on. Default: the service's own. */
  bus?: IEventBus;
  /** Default: any. */
  source?: string;
  detailType: string;
}

export interface NotificationTemplate {
  /** Whom to notify: one user, several (a path to one id or a list of them, or several paths), or a topic's subscribers. */
  user_id?: EventPath;
  user_ids?: EventPath | EventPath[];
  /** Live only. `group:{group_id}`: braces stand for fields of the event's detail, as in the texts. */
  topic?: string;
  notification_type: string;
  /** `{group_name}` stands for the field of the event's detail. Needed unless it goes to a topic. */
  title?: string;
  message?: string;
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
  /**
   * Names these events as one tenant of the dispatch queue, so that a burst of them doesn't keep others waiting:
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
   */
  messageGroupId?: string;
}

/** A rule that brings such events to the dispatch queue as events of our own. */
export function domainEventRule(
  scope: Construct,
  id: string,
  intake: Intake,
  event: EventSource & Pick<DomainEvent, 'messageGroupId'>,
  to: { detailType: DetailType; detail: Record<string, unknown> },
): Rule {
  return new Rule(scope, id, {
    eventBus: event.bus ?? intake.bus,
    description: `${event.detailType} becomes ${to.detailType}`,
    eventPattern: {
      detailType: [event.detailType],
      ...(event.source !== undefined && { source: [event.source] }),
    },
    targets: [
      new SqsQueue(intake.dispatchQueue, {
        message: new Envelope(to.detailType, to.detail),
        deadLetterQueue: intake.undeliveredQueue,
        ...(event.messageGroupId !== undefined && { messageGroupId: event.messageGroupId }),
      }),
    ],
  });
}

export function notificationDetail({ user_id, user_ids, topic, ...template }: NotificationTemplate) {
  const audience = { user_id, user_ids, topic };
  if (Object.values(audience).filter((one) => one !== undefined).length !== 1) {
    throw new Error('notification: name the audience with exactly one of user_id, user_ids and topic.');
  }
  if (topic === undefined && (template.title === undefined || template.message === undefined)) {
    throw new Error('notification: title and message are needed unless it goes to a topic.');
  }
  return { ...audience, payload: '$.detail', ...template };
}

const INGESTION_TIME = '<aws.events.event.ingestion-time>';

/**
 * Texts are filled in by dispatch from `template_values`, not by EventBridge, which writes a value into a text without escaping
 * it: a group called The "Best" would break the JSON.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-issues
 */
class Envelope extends RuleTargetInput {
  private readonly detailType: DetailType;
  private readonly detail: Record<string, unknown>;

  constructor(detailType: DetailType, detail: Record<string, unknown>) {
    super();
    this.detailType = detailType;
    this.detail = detail;
  }

  override bind(rule: Rule): RuleTargetInputProperties {
    const envelope = {
      id: EventField.fromPath('$.id'),
      'detail-type': this.detailType,
      source: EventField.fromPath('$.source'),
      time: EventField.fromPath('$.time'),
      ingested_at: INGESTION_TIME,
      template_values: EventField.fromPath('$.detail'),
      detail: withFields(this.detail),
    };
    const properties = RuleTargetInput.fromObject(envelope).bind(rule);
    // The predefined value is a string with quotes of its own.
    return { ...properties, inputTemplate: properties.inputTemplate?.replace(`"${INGESTION_TIME}"`, INGESTION_TIME) };
  }
}

/** Paths become fields of the event, at any depth. */
function withFields(value: unknown): any {
  if (typeof value === 'string') return value.startsWith('$.') ? EventField.fromPath(value) : value;
  if (Array.isArray(value)) return value.map(withFields);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, withFields(item)]),
  );
}
