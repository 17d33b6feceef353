// Web push: the secret of which the functions make the key pair that browsers know them by.
import type { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { WebPushEnvironment } from '../lambdas/environment.ts';
import { Validations } from './validations.ts';

/** Push to browsers. */
export interface WebPushSettings {
  /**
   * Where the operators of push services reach you, `mailto:` or `https:`. It is in every push; Apple refuses pushes
   * without one. https://www.rfc-editor.org/rfc/rfc8292#section-2.1
   */
  readonly contact: string;
}

const CONTACT = /^(mailto:[^\s@]+@[^\s@]+\.[^\s@]+|https:\/\/[^\s]+)$/;
/** Our choice: far more than the 256 bits that a key pair has. */
const SECRET_CHARACTERS = 64;

/** Only made where `webPush` is set. */
export class WebPush extends Construct {
  /**
   * Made by Secrets Manager at the first deploy, and in no template. With another value, every browser has to subscribe
   * again.
   */
  readonly secret: Secret;
  readonly environment: WebPushEnvironment;

  constructor(scope: Construct, id: string, { contact, removalPolicy }: WebPushSettings & WebPushProps) {
    super(scope, id);
    if (!CONTACT.test(contact)) {
      throw new Error(
        `webPush.contact must be mailto:… or https://…, such as mailto:ops@example.com, not "${contact}".`,
      );
    }
    this.secret = new Secret(this, 'Keys', {
      description: 'Web push: of this text the key pair is made that browsers subscribed with',
      generateSecretString: { passwordLength: SECRET_CHARACTERS, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Rotation would end every subscription: browsers are bound to the key they subscribed with.',
    });
    this.environment = { WEB_PUSH_SECRET_ARN: this.secret.secretArn, WEB_PUSH_CONTACT: contact };
  }

  /** The secret's own grant would also allow to describe it. */
  grantRead(fn: LambdaFunction): void {
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] }),
    );
  }
}

interface WebPushProps {
  removalPolicy: RemovalPolicy;
}

/** What the functions read where web push is off. */
export const webPushOff: WebPushEnvironment = { WEB_PUSH_SECRET_ARN: '', WEB_PUSH_CONTACT: '' };
