// What happens to stored data when it leaves the stack.
import { RemovalPolicy } from 'aws-cdk-lib';

/** A plain RETAIN would also keep what a failed first deploy made, which the next attempt would make again. */
export function checkedRemovalPolicy(policy = RemovalPolicy.RETAIN): RemovalPolicy {
  if (policy === RemovalPolicy.DESTROY) return policy;
  if (policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  throw new Error(`removalPolicy can't be ${policy}: use RETAIN or DESTROY. The table has point-in-time recovery.`);
}
