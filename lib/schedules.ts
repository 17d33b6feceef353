// Schedules of our own: their group, the role by which they put tasks on the dispatch queue, and the one that recurs.

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { ScheduleEnvironment } from '../lambdas/environment.ts';
import type { Intake } from './intake.ts';
import { Validations } from './validations.ts';

export class Schedules extends Construct {
  readonly group: CfnScheduleGroup;
  readonly role: Role;
  /** What a function must know to make schedules. */
  readonly environment: ScheduleEnvironment;

  constructor(scope: Construct, id: string, { intake }: { intake: Intake }) {
    super(scope, id);
    // Deleted with the stack: its role goes too, so no schedule in it could run. CloudFormation names it: the group of
    // a stack that is being deleted must not be in the way of the next one. `Group` keeps the logical id of the
    // construct it was before.
    this.group = new CfnScheduleGroup(new Construct(this, 'Group'), 'Resource');
    this.role = new Role(this, 'Role', {
      description: 'EventBridge Scheduler puts tasks on the dispatch queue',
      // Of this account and this group only, so that nobody else's schedule can borrow the role:
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': this.group.attrArn },
        },
      }),
    });
    intake.dispatchQueue.grant(this.role, 'sqs:SendMessage');
    intake.undeliveredQueue.grant(this.role, 'sqs:SendMessage');
    this.addSweep(intake);
    this.environment = {
      SCHEDULE_GROUP_NAME: this.group.ref,
      SCHEDULE_ROLE_ARN: this.role.roleArn,
      DISPATCH_QUEUE_ARN: intake.dispatchQueue.queueArn,
      UNDELIVERED_QUEUE_ARN: intake.undeliveredQueue.queueArn,
    };
  }

  /**
   * A wake-up may be lost: every quarter of an hour (our choice), `dispatch` looks for parked requests that are
   * overdue.
   */
  private addSweep(intake: Intake): void {
    new CfnSchedule(this, 'Sweep', {
      description: 'Finds parked requests whose wake-up was lost',
      groupName: this.group.ref,
      scheduleExpression: 'rate(15 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: intake.dispatchQueue.queueArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify({ task: 'sweep' }),
        deadLetterConfig: { arn: intake.undeliveredQueue.queueArn },
      },
    });
  }

  /** `DeleteSchedule` for functions that may also cancel one. */
  grant(fn: LambdaFunction, ...actions: ('scheduler:CreateSchedule' | 'scheduler:DeleteSchedule')[]): void {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.ref}/*`,
    });
    fn.addToRolePolicy(new PolicyStatement({ actions, resources: [schedules] }));
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
    const group = Stack.of(this).getLogicalId(this.group);
    Validations.of(fn.role!).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<${group}>/*]`,
      reason: 'Schedules are named by what they wake; the group is fixed and holds nothing else.',
    });
  }
}
