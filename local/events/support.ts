// What is emulated of EventBridge, and how it differs.
import {
  allEmulated,
  atRest,
  description,
  fields,
  ignored,
  list,
  only,
  type PartSupport,
  refused,
  tags,
} from '../support/rule.ts';

const ruleTarget = fields({
  ...allEmulated('Arn', 'Id', 'Input', 'InputPath', 'RoleArn'),
  InputTransformer: fields(allEmulated('InputPathsMap', 'InputTemplate')),
  DeadLetterConfig: fields(allEmulated('Arn')),
  RetryPolicy: fields(allEmulated('MaximumEventAgeInSeconds', 'MaximumRetryAttempts')),
  SqsParameters: fields(allEmulated('MessageGroupId')),
});

export const eventsSupport: PartSupport = {
  title: 'EventBridge',
  types: {
    'AWS::Events::Archive': {
      ...allEmulated('ArchiveName', 'EventPattern', 'RetentionDays', 'SourceArn'),
      Description: description,
      KmsKeyIdentifier: atRest,
    },
    'AWS::Events::EventBus': {
      ...allEmulated('Name', 'Policy'),
      DeadLetterConfig: ignored('AWS uses it only where the bus is encrypted with a customer key'),
      Description: description,
      KmsKeyIdentifier: atRest,
      LogConfig: ignored('the runtime shows events itself'),
      Tags: tags,
    },
    'AWS::Events::EventBusPolicy': allEmulated(
      ...['Action', 'Condition', 'EventBusName', 'Principal', 'Statement', 'StatementId'],
    ),
    'AWS::Events::Rule': {
      ...allEmulated('EventBusName', 'EventPattern', 'Name'),
      Description: description,
      ScheduleExpression: refused('use an EventBridge Scheduler schedule'),
      State: only(['ENABLED', 'DISABLED'], 'CloudTrail management events do not exist locally'),
      Tags: tags,
      // AWS's limit: five targets a rule.
      Targets: list(ruleTarget, 5),
    },
  },
  differences: [
    `The ingestion time of a rule's input has milliseconds, unless whole seconds are asked for (AWS says "ISO 8601"). Entries of one call are a millisecond apart.`,
    'Retries wait 1 s, doubling to 10 min; AWS publishes no numbers. Pipes and schema discovery are not emulated.',
    'An archive keeps the latest 10,000 events, in memory, and takes each at once (AWS: within 10 minutes). A replay is over when `StartReplay` has answered; it needs a rule of the bus in `FilterArns`.',
    "Patterns were compared with AWS's own matcher, [event-ruler](https://github.com/aws/event-ruler) 1.8.1: `npm run conformance:patterns` does it again, with Java and Maven. An empty list inside `anything-but` is refused: event-ruler takes it and then fails for some events. How complex wildcards may be is not documented; the limit here is 10 by event-ruler's measure.",
  ],
};
