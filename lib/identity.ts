// Who issues the tokens: the stack's own user pool, or any OIDC provider that is named instead.
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { Validations } from './validations.ts';

export interface IdentityProps {
  /** URL of an OIDC issuer with RSA keys and a discovery document. */
  issuer?: string;
  /** What its tokens bear as `aud` or `client_id`. */
  audience?: string;
  /** Where the pool's sign-in may send people back to. */
  allowedOrigins: string[];
  removalPolicy: RemovalPolicy;
}

export class Identity extends Construct {
  readonly issuer: string;
  readonly audience: string;
  readonly userPool?: UserPool;
  readonly userPoolClient?: UserPoolClient;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    if ((props.issuer === undefined) !== (props.audience === undefined)) {
      throw new Error(
        'issuer and audience come together: give both to use your own OIDC provider, or neither for a Cognito user pool.',
      );
    }
    if (props.issuer !== undefined && props.audience !== undefined) {
      this.issuer = props.issuer;
      this.audience = props.audience;
      return;
    }
    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
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
    const admin = new ResourceServerScope({ scopeName: 'admin', scopeDescription: 'Read the statistics of all users' });
    const resourceServer = this.userPool.addResourceServer('Api', { identifier: 'carillon', scopes: [admin] });
    this.userPoolClient = this.userPool.addClient('Client', {
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.resourceServer(resourceServer, admin)],
        callbackUrls: callbackUrls(props.allowedOrigins),
      },
      preventUserExistenceErrors: true,
    });
    this.issuer = this.userPool.userPoolProviderUrl;
    this.audience = this.userPoolClient.userPoolClientId;
  }
}

/** The pages' own origins; while none is named, a page under development. Cognito takes no port left open. */
function callbackUrls(allowedOrigins: string[]): string[] {
  const origins = allowedOrigins.filter((origin) => !origin.endsWith(':*'));
  return origins.length > 0 ? origins.map((origin) => `${origin}/`) : ['http://localhost:4280/'];
}
