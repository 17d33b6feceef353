// The template's secrets, with the values that Secrets Manager would make for them.
import { randomInt } from 'node:crypto';
import type { KeptState } from '../kept-state.ts';
import type { Stack } from '../stack.ts';

export interface Secret {
  arn: string;
  name: string;
  value: string;
}

export interface Secrets {
  /** By its ARN or its name. */
  find(id: string): Secret | undefined;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const DEFAULT_LENGTH = 32;

export function createSecrets(stack: Stack, kept: KeptState): Secrets {
  const earlier = new Map(kept.entries<string>('secret'));
  const secrets = stack.ofType('AWS::SecretsManager::Secret').map(({ ref: arn, logicalId, properties }): Secret => {
    const { SecretString, GenerateSecretString: wanted = {} }: any = properties;
    const made = () => randomText(Number(wanted.PasswordLength ?? DEFAULT_LENGTH));
    const value: string = SecretString ?? earlier.get(logicalId) ?? made();
    if (SecretString === undefined && earlier.get(logicalId) !== value) kept.set('secret', logicalId, value);
    return { arn, name: nameOf(arn), value };
  });
  return { find: (id) => secrets.find(({ arn, name }) => arn === id || name === id) };
}

const randomText = (length: number): string =>
  Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join('');

/** AWS adds a hyphen and six characters to it. */
const nameOf = (arn: string): string => arn.replace(/^.*:secret:/, '').slice(0, -7);
