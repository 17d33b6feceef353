// How an AWS SDK client reaches the stack: on AWS by your own credentials, locally by those of the runtime.
import type { Outputs } from './find-stack.ts';

export function awsConfig(outputs: Outputs) {
  return {
    region: outputs.region!,
    ...(outputs.aws_endpoint_url && { endpoint: outputs.aws_endpoint_url }),
    ...(outputs.aws_access_key_id && {
      credentials: { accessKeyId: outputs.aws_access_key_id, secretAccessKey: outputs.aws_secret_access_key! },
    }),
  };
}
