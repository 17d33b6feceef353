// The CDK app: reads the configuration, makes one stack.
import { App } from 'aws-cdk-lib';
import { readConfig } from '../lib/config.ts';
import { NotificationStack } from '../lib/notification-stack.ts';

const app = new App();
const { stackName, stage, presets, ...service } = readConfig(app.node);
new NotificationStack(app, stackName, {
  stage,
  service,
  presets,
  description: 'Carillon: real-time notifications',
});
app.synth();
