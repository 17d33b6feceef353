// The deploy rules in the synthesis of an app that uses the construct beside resources of its own.
import { App, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkAtSynthesis } from '../../../lib/deploy-rules/deploy-rules-plugin.ts';
import { NotificationService } from '../../../lib/notification-service.ts';
import { OUT_DIR, VALIDATION } from '../synthesized.ts';

const TIMEOUT_MS = 120_000;
let app: App;
beforeEach(() => {
  app = newApp();
});

function newApp(): App {
  const context = { [VALIDATION]: false, 'aws:cdk:disable-asset-staging': true };
  return new App({ context, outdir: OUT_DIR, analyticsReporting: false });
}

const inStack = (scope: Construct = app) => new NotificationService(new Stack(scope, 'Shop'), 'Notifications');
const breakIt = ({ webSocketApi }: NotificationService): void => {
  (webSocketApi.stage.node.defaultChild as CfnStage).routeSettings = { ping: { ThrottlingRateLimit: 1 } };
};

describe('an app with the construct', () => {
  it(
    'is synthesized where all rules hold',
    () => {
      inStack();
      expect(() => app.synth()).not.toThrow();
    },
    TIMEOUT_MS,
  );

  it('is not where a rule is broken: the error names the rule, the resource and the reason', () => {
    breakIt(inStack());
    expect(() => app.synth()).toThrow(/stage-without-route-settings/);
    expect(() => app.synth()).toThrow(/NotificationsWebSocketStage\w+ has RouteSettings for ping/);
    expect(() => app.synth()).toThrow(/Unable to find Route by key/);
  });

  it('may have what it likes beside the construct', () => {
    const service = inStack();
    const stack = Stack.of(service);
    new Queue(stack, 'Orders', { queueName: 'orders', visibilityTimeout: undefined });
    new CfnStage(stack, 'Other', { apiId: 'abc', stageName: 'v1', routeSettings: { 'GET /': {} } });
    expect(() => app.synth()).not.toThrow();
  });

  it('may acknowledge a rule, with a reason', () => {
    const service = inStack();
    breakIt(service);
    const reason = 'The route is older than the stage.';
    Validations.of(service).acknowledge({ id: 'Carillon::stage-without-route-settings', reason });
    expect(() => app.synth()).not.toThrow();
  });

  it.each<[string, (app: App) => NotificationService]>([
    ['a stage of a pipeline', (app) => inStack(new Stage(app, 'Production'))],
    ['a nested stack', (app) => new NotificationService(nested(app), 'Notifications')],
    ['a second service', (app) => new NotificationService(Stack.of(inStack(app)), 'More')],
  ])('is checked in %s too', (_where, make) => {
    make(app);
    expect(() => app.synth()).not.toThrow();
    const other = newApp();
    breakIt(make(other));
    expect(() => other.synth()).toThrow(/stage-without-route-settings/);
  });
});

const nested = (app: App) => new NestedStack(new Stack(app, 'Shop'), 'Inner');
