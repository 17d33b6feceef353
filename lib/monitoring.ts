// What a person sees of the running service: alarms with a runbook each, one dashboard, saved queries over the logs.
import { Alarm, type IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmCondition, alarmConditions, type Watched } from './alarm-conditions.ts';
import { serviceDashboard } from './dashboard.ts';
import { saveLogQueries } from './log-queries.ts';

export interface MonitoringProps extends Watched {
  alarmTopic: ITopic | undefined;
  runbookUrl: string;
}

/** Where the runbooks are in the repository and in the package. */
export const RUNBOOKS = 'docs/runbooks';

export class Monitoring extends Construct {
  /** Every alarm, by its id. */
  readonly alarms: Record<string, Alarm> = {};

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    for (const condition of alarmConditions(props)) this.alarms[condition.id] = this.alarm(condition, props.runbookUrl);
    if (props.alarmTopic) this.addAlarmActions(new SnsAction(props.alarmTopic));
    serviceDashboard(this, { ...props, alarms: Object.values(this.alarms) });
    saveLogQueries(this, props.functions);
  }

  /** When an alarm goes off, and when it is over. */
  addAlarmActions(...actions: IAlarmAction[]): void {
    for (const alarm of Object.values(this.alarms)) {
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
    }
  }

  private alarm({ id, runbook, says, metric, comparison, ...condition }: AlarmCondition, runbookUrl: string): Alarm {
    return new Alarm(this, id, {
      // Without a name: CloudFormation makes one of the stack's name and this id.
      alarmDescription: `${says} Runbook: ${runbookUrl}/${runbook}.md`,
      metric,
      comparisonOperator: comparison,
      threshold: condition.threshold,
      evaluationPeriods: condition.periods,
      datapointsToAlarm: condition.datapoints,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
