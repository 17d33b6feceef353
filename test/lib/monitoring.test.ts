// Alarms, dashboard and log queries, as they are synthesized: each alarm leads to its runbook, and looks at what is
// counted.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { RUNBOOKS } from '../../lib/monitoring.ts';
import { NotificationService, type NotificationServiceProps } from '../../lib/notification-service.ts';
import { COUNTED_BY, metricsNamespace } from '../../lib/service-metrics.ts';
import { readDocument, tableRows } from '../docs/markdown.ts';

const ROOT = join(import.meta.dirname, '../..');
const APPLICATION = 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app';

function synthesized(props: NotificationServiceProps = {}) {
  const stack = new Stack(new App(), 'Orders');
  const service = new NotificationService(stack, 'Notifications', props);
  return { stack, service, template: Template.fromStack(stack) };
}
const withPush = synthesized({ pushApplications: { fcm: APPLICATION } });
const alarms = Object.values(withPush.template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);
const runbookOf = (alarm: any): string => /Runbook: (\S+)$/.exec(alarm.AlarmDescription)![1]!;

describe('alarms', () => {
  it('have one runbook each, and every runbook has its alarm', () => {
    const files = readdirSync(join(ROOT, RUNBOOKS)).filter((name) => name !== 'README.md');
    expect(alarms.map(runbookOf).sort()).toEqual(files.map((name) => `${RUNBOOKS}/${name}`).sort());
  });

  it('are listed, each with its runbook', () => {
    const listed = tableRows(readDocument(`${RUNBOOKS}/README.md`)).map(([name = '', , link = '']) => [
      name.replaceAll('`', ''),
      `${RUNBOOKS}/${/\((.+)\)/.exec(link)![1]}`,
    ]);
    const made = Object.entries(withPush.service.monitoring.alarms).map(([id, alarm]) => [
      id,
      runbookOf({ AlarmDescription: (alarm.node.defaultChild as CfnAlarm).alarmDescription }),
    ]);
    expect(listed.sort()).toEqual(made.sort());
  });

  it.each(alarms.map((alarm) => [runbookOf(alarm), alarm]))(
    '%s says what it means, what users see, where to look, what to do',
    (path) => {
      expect(existsSync(join(ROOT, path))).toBe(true);
      const headings = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^## (.+)$/gm)].map(([, text]) => text);
      expect(headings).toEqual(['What it means', 'What users see', 'Look here', 'Do this']);
    },
  );

  it('are not made for push where push is off', () => {
    const ids = (template: Template) => Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length;
    expect(ids(withPush.template) - ids(synthesized().template)).toBe(1);
  });

  it('have no fixed name, so that two stacks fit in one account', () => {
    expect(alarms.filter((alarm) => alarm.AlarmName !== undefined)).toEqual([]);
  });

  it('look only at metrics that a function counts', () => {
    const namespace = metricsNamespace(withPush.service.functions);
    const own = alarms
      .flatMap((alarm) => alarm.Metrics ?? [{ MetricStat: { Metric: alarm } }])
      .map(({ MetricStat: stat }) => stat?.Metric)
      .filter((metric) => metric?.Namespace === namespace);
    expect(own.length).toBeGreaterThan(0);
    const counted = Object.entries(COUNTED_BY).flatMap(([name, by]) => by.map((service) => `${name} ${service}`));
    for (const { MetricName, Dimensions } of own) expect(counted).toContain(`${MetricName} ${Dimensions[0].Value}`);
  });

  it('notify the topic, when they go off and when they are over', () => {
    const stack = new Stack(new App(), 'Orders');
    const [topic, other] = [new Topic(stack, 'Topic'), new Topic(stack, 'Other')];
    const service = new NotificationService(stack, 'Notifications', { alarmTopic: topic });
    service.addAlarmActions(new SnsAction(other));
    const actions = [topic, other].map(({ topicArn }) => stack.resolve(topicArn));
    Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: actions,
      OKActions: actions,
    });
  });

  it('link to where the team publishes its runbooks', () => {
    const { template } = synthesized({ runbookUrl: 'https://wiki.example.com/carillon' });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('Runbook: https://wiki\\.example\\.com/carillon/[a-z-]+\\.md$'),
    });
  });
});

describe('the dashboard', () => {
  const body = JSON.stringify(
    withPush.stack.resolve(
      Object.values(withPush.template.findResources('AWS::CloudWatch::Dashboard'))[0]!.Properties.DashboardBody,
    ),
  );

  it('shows accepted, delivered by channel, left, rejected, dead letters, latency, connections, throttles and cost', () => {
    for (const name of ['accepted', 'delivered_by_socket', 'pushed', 'left_in_inbox', 'rejected', 'live_connections'])
      expect(body).toContain(`\\"${name}\\"`);
    for (const text of ['dead letters of dispatch', 'p50', 'p99', 'Throttles', 'Cost a day'])
      expect(body).toContain(text);
  });

  it('has room for an app to add to its 500 metrics', () => {
    expect(body.match(/AWS\/|Carillon\//g)!.length).toBeLessThan(250);
  });
});

describe('the saved queries', () => {
  it('are in a folder of the service, over its own log groups', () => {
    const queries = Object.values(withPush.template.findResources('AWS::Logs::QueryDefinition'));
    expect(queries.map(({ Properties }) => Properties.Name.split('/')[0])).toEqual(
      queries.map(() => expect.stringMatching(/^Orders-Notifications-Monitoring-[0-9A-F]{8}$/)),
    );
    for (const { Properties } of queries) expect(Properties.LogGroupNames.every((name: any) => name.Ref)).toBe(true);
  });
});
