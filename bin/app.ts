// The CDK app: reads the settings of the stage, makes its stack.
import { App } from 'aws-cdk-lib';
import { NotificationStack } from '../lib/notification-stack.ts';
import { readStage } from '../lib/settings.ts';

const app = new App();
const { stackName, ...stage } = readStage(app.node);
new NotificationStack(app, stackName, { ...stage, description: 'Carillon: real-time notifications' });
app.synth();
