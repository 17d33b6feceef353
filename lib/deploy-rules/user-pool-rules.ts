// Rules about the stack's own user pool: whether anyone can sign in to it.
import type { DeployRule } from './deploy-rule.ts';
import { referred, written } from './stack-view.ts';

export const userPoolRules: DeployRule[] = [
  {
    id: 'callback-urls-accepted',
    holds: 'Callback URLs are https, or http on localhost.',
    otherwise: 'Cognito refuses the client.',
    check: (stack) =>
      stack.ofType('AWS::Cognito::UserPoolClient').flatMap(({ logicalId, properties }) => {
        const urls: unknown[] = [...(properties.CallbackURLs ?? []), ...(properties.LogoutURLs ?? [])];
        const refused = urls.filter((url) => !/^(https:\/\/|http:\/\/localhost[:/])/.test(written(url)));
        return refused.map((url) => ({ logicalId, problem: `sends people back to ${written(url)}` }));
      }),
  },
  {
    id: 'oauth-client-has-domain',
    holds: 'The pool of a client with OAuth flows has a domain.',
    otherwise: 'Nobody can get a token: the sign-in page and the token endpoint are at the domain.',
    check(stack) {
      const pools = new Set(
        stack.ofType('AWS::Cognito::UserPoolDomain').map((one) => referred(one.properties.UserPoolId)),
      );
      return stack.ofType('AWS::Cognito::UserPoolClient').flatMap(({ logicalId, properties }) => {
        const hasFlows = properties.AllowedOAuthFlowsUserPoolClient === true;
        return !hasFlows || pools.has(referred(properties.UserPoolId)) ? [] : [{ logicalId, problem: 'has no domain' }];
      });
    },
  },
  {
    id: 'user-pool-domain-unique',
    holds: "The domain's prefix carries a part of the stack's id, and none of the words aws, amazon and cognito.",
    otherwise: 'The prefix is taken by anyone in the region, or refused.',
    check: (stack) =>
      stack.ofType('AWS::Cognito::UserPoolDomain').flatMap(({ logicalId, properties }) => {
        const prefix = JSON.stringify(properties.Domain ?? '');
        const fixed = written(properties.Domain ?? '').replaceAll(/\{[^}]*\}+|"[^"]*"/g, '');
        const isUnique = prefix.includes('AWS::StackId') && !/aws|amazon|cognito/i.test(fixed);
        return isUnique ? [] : [{ logicalId, problem: `has the prefix ${prefix}` }];
      }),
  },
  {
    id: 'administrators-by-group',
    holds: 'No client of users can ask for the scope of administrators.',
    otherwise: 'Every user who signs in could be an administrator.',
    check: (stack) =>
      stack.ofType('AWS::Cognito::UserPoolClient').flatMap(({ logicalId, properties }) => {
        const scopes: unknown[] = properties.AllowedOAuthScopes ?? [];
        const admin = scopes.map(written).find((scope) => scope.endsWith('/admin'));
        return admin ? [{ logicalId, problem: `gives users the scope ${admin}` }] : [];
      }),
  },
];
