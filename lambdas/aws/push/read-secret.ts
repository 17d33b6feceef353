// The text of a secret of the stack.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bounded, MAX_ATTEMPTS, requestHandler } from '../clients.ts';

export const readSecret = (arn: string) => async (): Promise<string> => {
  const client = bounded(new SecretsManagerClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: requestHandler() }));
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  if (!SecretString) throw new Error(`The secret ${arn} has no text.`);
  return SecretString;
};
