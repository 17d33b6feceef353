// The whole app under cdk-nag's AwsSolutions and Serverless packs and CDK's own template validation, findings being
// errors.
import { CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../lib/settings.ts';
import { LOCAL_SETTINGS } from '../../local/local-settings.ts';
import { appWith } from './synthesized.ts';

const CONFIGURATIONS: [string, Settings][] = [
  ['no configuration', {}],
  ['data that is not kept', { keepData: false }],
  ['an issuer of its own', { issuer: 'https://login.example.com', audience: 'my-app' }],
  ['push and access logs', { ...LOCAL_SETTINGS, webSocketAccessLogs: true }],
];

// Loading the packs and the validator takes seconds, on a busy machine many.
const TIMEOUT_MS = 120_000;

describe.each(CONFIGURATIONS)('with %s', (_name, settings) => {
  it(
    'neither pack of cdk-nag finds anything that is not acknowledged with a reason',
    () => {
      const { app } = appWith(settings);
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
      expect(() => app.synth()).not.toThrow();
    },
    TIMEOUT_MS,
  );
});

describe('template validation', () => {
  it.each([
    ['a property that does not exist', { DelaySecond: 5 }, 'F3002'],
    ['a value of the wrong type', { VisibilityTimeout: 'long' }, 'F3012'],
  ])(
    'stops a synthesis with %s',
    (_name, properties, rule) => {
      const { app, stack } = appWith();
      new CfnResource(stack, 'Wrong', { type: 'AWS::SQS::Queue', properties });
      expect(() => app.synth()).toThrow(rule);
    },
    TIMEOUT_MS,
  );
});

describe('acknowledgements', () => {
  it('each say why', () => {
    const { stack } = appWith();
    const reasons = stack.node
      .findAll()
      .flatMap((construct) => construct.node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(data as Record<string, string>));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason.length).toBeGreaterThan(40);
  });
});
