// Rules about SNS: who may publish to the topics, and what a subscription waits for.
import type { DeployRule } from './deploy-rule.ts';
import { policiesOf } from './event-rule-rules.ts';
import { dependsOn, referred } from './stack-view.ts';

export const pushRules: DeployRule[] = [
  {
    id: 'topic-of-aws-allows-source-owner',
    holds: 'A topic that AWS itself publishes to allows the account both as aws:SourceAccount and as AWS:SourceOwner.',
    otherwise: 'Platform applications report nothing: SNS may name only the latter.',
    check: (stack) =>
      stack.ofType('AWS::SNS::TopicPolicy').flatMap(({ logicalId, properties }) => {
        const statements: any[] = [properties.PolicyDocument?.Statement].flat();
        const ofSns = statements.filter(
          (one) => one.Effect === 'Allow' && one.Principal?.Service === 'sns.amazonaws.com',
        );
        if (ofSns.length === 0) return [];
        const keys = ofSns.flatMap(({ Condition }) => Object.keys(Condition?.StringEquals ?? {}));
        const missing = ['aws:SourceAccount', 'AWS:SourceOwner'].filter((key) => !keys.includes(key));
        return missing.length > 0 ? [{ logicalId, problem: `allows nothing by ${missing.join(', ')}` }] : [];
      }),
  },
  {
    id: 'subscriptions-wait-for-queue-policies',
    holds: 'A subscription of a queue depends on the policies of the queue and of its dead-letter queue.',
    otherwise: 'What is published before the policies exist is dropped.',
    check: (stack) =>
      stack.ofType('AWS::SNS::Subscription').flatMap(({ logicalId, properties, resource }) => {
        const queues = [properties.Endpoint, properties.RedrivePolicy?.deadLetterTargetArn].map(referred);
        const missing = policiesOf(stack, queues).filter((policy) => !dependsOn(resource).includes(policy));
        return missing.map((policy) => ({ logicalId, problem: `doesn't wait for ${policy}` }));
      }),
  },
];
