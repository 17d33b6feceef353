// House defaults of a Lambda function: bundled by esbuild, its own log group and role, nothing granted that is not
// said.
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  RuntimeFamily,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { BaseEnvironment } from '../lambdas/environment.ts';
import { bundledFolder } from './bundle-handler.ts';
import { metricsNamespace } from './service-metrics.ts';
import { Validations } from './validations.ts';

export interface ServiceFunctionProps<Environment extends BaseEnvironment> {
  description: string;
  /** Everything the function reads but what all have. */
  environment: Omit<Environment, Exclude<keyof BaseEnvironment, 'TABLE_NAME'>>;
  timeout?: Duration;
  memorySizeMb: number | undefined;
  tracing: boolean;
  removalPolicy: RemovalPolicy;
}

/** Our choice: below it, less CPU makes cold starts longer than the memory saves. */
const MEMORY_SIZE_MB = 512;
/** Written out, because an app may have a CDK that is older than the runtime. */
const NODEJS_24 = new Runtime('nodejs24.x', RuntimeFamily.NODEJS, { supportsInlineCode: true });

/** `name` is the one word of the function: handler file, construct id, log group and tests use it. */
export function serviceFunction<Environment extends BaseEnvironment>(
  scope: Construct,
  name: string,
  props: ServiceFunctionProps<Environment>,
): LambdaFunction {
  const logGroup = new LogGroup(scope, `${name}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: props.removalPolicy,
  });
  // Written out instead of the managed policy, which grants more: CreateLogGroup, and every log group there is.
  const role = new Role(scope, `${name}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const fn = new LambdaFunction(scope, name, {
    description: props.description,
    runtime: NODEJS_24,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    // Bundled before: with CDK's own bundling, commands that skip it (`cdk ls`) would write other code under the same
    // hash.
    code: Code.fromAsset(bundledFolder(name)),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    // Two lines of Lambda's own for every invocation would cost more than the invocation. Failures and timeouts are
    // logged at WARN:
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    systemLogLevelV2: SystemLogLevel.WARN,
    tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    timeout: props.timeout ?? Duration.seconds(15),
    memorySize: props.memorySizeMb ?? MEMORY_SIZE_MB,
    environment: {
      ...props.environment,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(scope),
      LOG_LEVEL: 'INFO',
    } satisfies Record<keyof BaseEnvironment, string> as Record<string, string>,
  });
  if (props.tracing) {
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'PutTraceSegments and PutTelemetryRecords know no resources: AWS takes only * for them.',
    });
  }
  if (!props.tracing) {
    Validations.of(fn).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason: 'Traces cost about as much as a delivery: the setting `tracing` enables them.',
    });
  }
  Validations.of(fn).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason:
      'It serves asynchronous invocations, of which there are none: gateways wait, queues have dead-letter queues.',
  });
  return fn;
}
