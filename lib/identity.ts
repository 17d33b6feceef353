// Who issues the tokens: the stack's own user pool, or any OIDC provider that is named instead.
import { Aws, Fn, type RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ADMIN_GROUP } from '../protocol/administrators.ts';
import { callbackUrls } from './allowed-origins.ts';
import { oidcProvider } from './oidc-provider.ts';
import { Validations } from './validations.ts';

export interface IdentityProps {
  /** URL of an OIDC issuer with RSA keys and a discovery document. */
  issuer: string | undefined;
  /** What its tokens carry as `aud` or `client_id`. */
  audience: string | readonly string[] | undefined;
  /** Where the pool's sign-in may send people back to. */
  allowedOrigins: readonly string[];
  removalPolicy: RemovalPolicy;
  deletionProtection: boolean;
}

export class Identity extends Construct {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly userPool?: UserPool;
  readonly userPoolClient?: UserPoolClient;
  readonly userPoolDomain?: UserPoolDomain;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    const provider = oidcProvider(props.issuer, props.audience);
    if (provider) {
      this.issuer = provider.issuer;
      this.audiences = provider.audiences;
      return;
    }
    refuseWithoutCognito(Stack.of(this));
    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      // Which attributes people sign in with can't be changed later: it would replace the pool by an empty one.
      signInAliases: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      deletionProtection: props.deletionProtection,
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.userPool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason: 'Whether users need a second factor is for the app they sign in to; this pool is a start.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason: 'The Plus plan is billed per active user; a stack deployed with no configuration must not.',
      },
    );
    // For clients an administrator makes for machines. The client below can't ask for it, or every user could be an
    // administrator.
    const admin = new ResourceServerScope({ scopeName: 'admin', scopeDescription: 'Read the statistics of all users' });
    this.userPool.addResourceServer('Api', { identifier: 'carillon', scopes: [admin] });
    new CfnUserPoolGroup(this, 'Administrators', {
      userPoolId: this.userPool.userPoolId,
      groupName: ADMIN_GROUP,
      description: 'May read the statistics of all users',
    });
    this.userPoolDomain = this.userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: domainPrefix(this) } });
    this.userPoolClient = this.userPool.addClient('Client', {
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: callbackUrls(props.allowedOrigins),
      },
      preventUserExistenceErrors: true,
    });
    this.issuer = this.userPool.userPoolProviderUrl;
    this.audiences = [this.userPoolClient.userPoolClientId];
  }
}

/**
 * Prefixes are unique in a region across all accounts, so it carries the stack's own id, and a part of the construct's
 * path for a second service in the stack. Cognito takes 63 characters, and none of the words aws, amazon and cognito in
 * them.
 */
function domainPrefix(scope: Construct): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.join('-', ['carillon', scope.node.addr.slice(-8), stackUuid]);
}

/** The command line puts its region into the environment where the stack is for any region. */
function refuseWithoutCognito(stack: Stack): void {
  const region = Token.isUnresolved(stack.region) ? (process.env.CDK_DEFAULT_REGION ?? '') : stack.region;
  if (region.startsWith('cn-')) {
    throw new Error(`There are no Cognito user pools in ${region}: give issuer and audience to sign in elsewhere.`);
  }
}
