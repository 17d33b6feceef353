// What is emulated of CloudWatch, and how it differs.
import { allEmulated, description, ignored, type PartSupport } from '../support/rule.ts';

const notified = ignored(
  'nobody is notified: GET /_local/alarms has the state, and the log says when an alarm goes off',
);

export const cloudwatchSupport: PartSupport = {
  title: 'CloudWatch',
  types: {
    'AWS::CloudWatch::Alarm': {
      ...allEmulated('AlarmName', 'ComparisonOperator', 'Threshold', 'EvaluationPeriods', 'DatapointsToAlarm'),
      ...allEmulated('TreatMissingData', 'Metrics', 'MetricName', 'Namespace', 'Dimensions', 'Period', 'Statistic'),
      AlarmDescription: description,
      AlarmActions: notified,
      OKActions: notified,
      InsufficientDataActions: notified,
      ActionsEnabled: notified,
    },
    'AWS::CloudWatch::CompositeAlarm': { ignoredWhole: 'only plain alarms are evaluated' },
    'AWS::CloudWatch::Dashboard': { ignoredWhole: 'the console and the meter show what happens' },
  },
  differences: [
    "Alarms are evaluated every minute of the clock, on what the functions count and on the metrics of Lambda, SQS, DynamoDB and the scheduler that the stack's alarms use; one over other metrics is `INSUFFICIENT_DATA` and names them in `unmeasured`. Nobody is notified: `GET /_local/alarms` has the state, and the log says when one goes off.",
  ],
};
