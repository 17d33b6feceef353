// A stack's outputs as lines for bash, zsh and other POSIX shells, with what the AWS CLI and the SDKs need to reach it.
import type { Outputs } from './find-stack.ts';

/** Outputs that have a name of AWS's own, or mean nothing to a shell. */
const RENAMED = ['region', 'is_local', 'aws_endpoint_url', 'aws_access_key_id', 'aws_secret_access_key'];

/** Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for SQS, and would send the command to AWS. */
const AWS_FUNCTION = 'aws() { command aws --endpoint-url="$AWS_ENDPOINT_URL" "$@"; }\n';

export function environmentLines(outputs: Outputs): string {
  const variables: Record<string, string | undefined> = {
    // The AWS CLI reads AWS_DEFAULT_REGION, the SDK for JavaScript AWS_REGION.
    AWS_REGION: outputs.region,
    AWS_DEFAULT_REGION: outputs.region,
  };
  if (outputs.aws_endpoint_url !== undefined) {
    Object.assign(variables, {
      AWS_ENDPOINT_URL: outputs.aws_endpoint_url,
      AWS_ACCESS_KEY_ID: outputs.aws_access_key_id,
      AWS_SECRET_ACCESS_KEY: outputs.aws_secret_access_key,
      // Your own would be mixed with the runtime's credentials.
      AWS_SESSION_TOKEN: undefined,
      AWS_PROFILE: undefined,
    });
  }
  for (const [name, value] of Object.entries(outputs)) {
    if (!RENAMED.includes(name)) variables[name.toUpperCase()] = value;
  }
  const lines = Object.entries(variables).map(([name, value]) =>
    value === undefined ? `unset ${name}\n` : `export ${name}=${quoted(value)}\n`,
  );
  return lines.join('') + (outputs.aws_endpoint_url === undefined ? '' : AWS_FUNCTION);
}

const quoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
