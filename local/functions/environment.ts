// A function's environment variables: those of the template and those Lambda adds; nothing of your own shell.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
import type { Credential } from '../iam/credentials.ts';
import type { FunctionDefinition } from './function-definition.ts';

export function functionEnvironment(
  definition: FunctionDefinition,
  given: { credential: Credential; region: string; awsEndpointUrl: string; logStream: string },
): Record<string, string> {
  const { credential, region, awsEndpointUrl, logStream } = given;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    // A folder that exists nowhere, so that the SDK does not find the ~/.aws of the user.
    HOME: '/home/sbx_user1051',
    // On a local Node 20 the SDK announces its end of support at every start; Lambda's Node is the template's.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...definition.variables,
    _HANDLER: definition.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: definition.bundleDir,
    AWS_ACCESS_KEY_ID: credential.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
    ...(credential.sessionToken ? { AWS_SESSION_TOKEN: credential.sessionToken } : {}),
    AWS_ENDPOINT_URL: awsEndpointUrl,
  };
}
