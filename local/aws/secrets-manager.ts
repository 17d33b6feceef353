// Secrets Manager on the wire (AWS JSON 1.1): what functions read.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
import type { Secrets } from '../secrets/secrets.ts';
import { AwsError } from './aws-error.ts';
import { readJsonBody } from './input-shape.ts';
import { notEmulated } from './not-emulated.ts';
import type { Service, WireResponse } from './service.ts';

const TARGET_PREFIX = 'secretsmanager.';

export function secretsManagerService(secrets: Secrets): Service {
  return {
    name: 'secretsmanager',
    signingName: 'secretsmanager',
    decode({ headers, body }) {
      const target = headers['x-amz-target'] ?? '';
      const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target;
      if (name !== 'GetSecretValue') throw notEmulated(`Secrets Manager's ${name}`, 'Secrets come from the template.');
      const input = readJsonBody(body, { SecretId: 'string', VersionId: 'string', VersionStage: 'string' });
      const { SecretId = '', VersionId, VersionStage } = input;
      if (VersionId !== undefined || VersionStage !== undefined) throw notEmulated('versions of secrets');
      const secret = secrets.find(SecretId);
      return {
        name,
        input,
        permissions: [{ action: 'secretsmanager:GetSecretValue', resource: secret?.arn ?? SecretId }],
        async run() {
          if (!secret) {
            const text = "Secrets Manager can't find the specified secret.";
            throw new AwsError('ResourceNotFoundException', text);
          }
          return { ARN: secret.arn, Name: secret.name, SecretString: secret.value, VersionStages: ['AWSCURRENT'] };
        },
      };
    },
    encode: (_operation, result) => json(200, result),
    encodeError: ({ code, message, status, members }) => json(status, { __type: code, Message: message, ...members }),
  };
}

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
