// What is left aside of Amazon Cognito: an issuer of development tokens is in its place.
import { emulated, ignored, type PartSupport, refused } from './support/rule.ts';

const noSignIn = ignored('nobody signs in locally; tokens come from POST /_local/tokens');

export const issuerSupport: PartSupport = {
  title: 'Sign-in',
  types: {
    'AWS::Cognito::UserPool': {
      LambdaConfig: refused('local tokens are made without triggers; set claims in POST /_local/tokens'),
      '*': noSignIn,
    },
    'AWS::Cognito::UserPoolClient': { UserPoolId: emulated, '*': noSignIn },
    'AWS::Cognito::UserPoolDomain': { ignoredWhole: 'nobody signs in locally; tokens come from POST /_local/tokens' },
    'AWS::Cognito::UserPoolGroup': { ignoredWhole: 'local tokens name no groups unless their claims say so' },
    'AWS::Cognito::UserPoolResourceServer': { ignoredWhole: 'local tokens carry whatever scopes are asked for' },
  },
  differences: [
    'Nobody signs in: `POST /_local/tokens` gives tokens shaped like those of Cognito, signed by the local issuer.',
  ],
};
