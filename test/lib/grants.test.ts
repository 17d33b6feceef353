// What other parts of an app may be allowed, judged as IAM judges it; and the metrics they may watch.
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { MetricName } from '../../lambdas/domain/model/ports.ts';
import { bundleHandler } from '../../lib/bundle-handler.ts';
import { NotificationService, type SendLimits } from '../../lib/notification-service.ts';
import { COUNTED_BY, type CountedMetric } from '../../lib/service-metrics.ts';
import { isAllowed } from '../../local/iam/evaluate.ts';
import type { Statement } from '../../local/iam/principal.ts';

const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/notifications';

/** A stack with a service and a role, and what the role may do. */
function roleWith(
  allow: (service: NotificationService, role: Role) => void,
): (action: string, context: object) => boolean {
  const stack = new Stack(new App(), 'Orders');
  const service = new NotificationService(stack, 'Notifications');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  allow(service, role);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const policy = policies.find(({ Properties }) => Properties.Roles[0].Ref.startsWith('Role'))!;
  const statements = policy.Properties.PolicyDocument.Statement.map((statement: any) => ({
    ...statement,
    Resource: typeof statement.Resource === 'object' ? '*' : statement.Resource,
  })) as Statement[];
  const principal = { name: 'role', arn: 'arn:aws:iam::000000000000:role/role', statements };
  return (action, context) => isAllowed(principal, { action, resource: BUS, context: context as never }).allowed;
}

function sends(limits?: SendLimits, also: (service: NotificationService) => void = () => {}) {
  const may = roleWith((service, role) => {
    service.grantSend(role, limits);
    also(service);
  });
  return (detailType: string, source = 'orders') =>
    may('events:PutEvents', { 'events:detail-type': detailType, 'events:source': source });
}

describe('grantSend', () => {
  it('allows every detail type but the log-out', () => {
    const may = sends();
    expect(['notification.requested', 'notification.cancelled', 'trade.created'].map((type) => may(type))).toEqual([
      true,
      true,
      true,
    ]);
    expect(may('user.logged_out')).toBe(false);
  });

  it('keeps out the events of other systems that log a user out, even when they are mapped later', () => {
    const may = sends({}, (service) =>
      service.logOutOn('Logout', { detailType: 'account.logout', userId: '$.detail.user_id' }),
    );
    expect([may('account.logout'), may('notification.requested')]).toEqual([false, true]);
  });

  it('allows the log-out where it is asked for', () => {
    const may = sends({ detailTypes: ['user.logged_out'] });
    expect([may('user.logged_out'), may('notification.requested')]).toEqual([true, false]);
  });

  it('can be limited to sources', () => {
    const may = sends({ sources: ['orders', 'billing'] });
    const type = 'notification.requested';
    expect([may(type, 'orders'), may(type, 'billing'), may(type, 'other')]).toEqual([true, true, false]);
    expect(may('user.logged_out', 'orders')).toBe(false);
  });
});

describe('grantIssueTickets', () => {
  it('allows that one route', () => {
    const stack = new Stack(new App(), 'Orders');
    const service = new NotificationService(stack, 'Notifications');
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    service.grantIssueTickets(role);
    const api = (stack.resolve(service.httpApi.apiId) as { Ref: string }).Ref;
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const policy = policies.find(({ Properties }) => Properties.Roles[0].Ref.startsWith('Role'))!;
    expect(policy.Properties.PolicyDocument.Statement).toHaveLength(1);
    const [{ Action, Resource }] = policy.Properties.PolicyDocument.Statement;
    expect(Action).toBe('execute-api:Invoke');
    expect(JSON.stringify(Resource)).toContain(`{"Ref":"${api}"},"/$default/POST/internal/tickets"`);
  });
});

describe('metrics', () => {
  const stack = new Stack(new App(), 'Orders');
  const service = new NotificationService(stack, 'Notifications');
  const other = new NotificationService(stack, 'Others');

  it('have a name for everything that is counted', () => {
    expectTypeOf<CountedMetric>().toEqualTypeOf<MetricName>();
  });

  it.each(Object.entries(COUNTED_BY))('%s is counted by %j', (name, functions) => {
    for (const one of functions) {
      expect(Buffer.from(bundleHandler(one).code).toString(), one).toMatch(new RegExp(`["'\`]${name}["'\`]`));
    }
  });

  it('are read where the functions write them, and apart for two services', () => {
    const { namespace, dimensions, statistic } = service.metric('stored').toMetricConfig().metricStat!;
    expect({ dimensions, statistic }).toEqual({
      dimensions: [{ name: 'service', value: 'dispatch' }],
      statistic: 'Sum',
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { POWERTOOLS_METRICS_NAMESPACE: namespace, POWERTOOLS_SERVICE_NAME: 'dispatch' },
      },
    });
    expect(other.metric('stored').toMetricConfig().metricStat!.namespace).not.toBe(namespace);
  });

  it('are summed where several functions count', () => {
    const { mathExpression } = service.metric('delivered_by_socket').toMetricConfig();
    expect(mathExpression!.expression).toBe(
      'FILL(delivered_by_socket_dispatch, 0) + FILL(delivered_by_socket_fanout, 0)',
    );
  });

  it('include the latency and both queues', () => {
    expect(service.metricDeliveryLatency().toMetricConfig().metricStat).toMatchObject({
      metricName: 'delivery_latency',
      statistic: 'p99',
    });
    for (const metric of [service.metricBacklog(), service.metricDeadLetters()])
      expect(metric.toMetricConfig().metricStat!.metricName).toBe('ApproximateNumberOfMessagesVisible');
  });
});
