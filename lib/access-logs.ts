// Access logs of an API: the group they go to.
import { Aws, Fn, type RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * API Gateway writes each group it may log to into one resource policy of the account, which has room for 5,120
 * characters (AWS limit); groups below /aws/vendedlogs/ need no line of their own. The stack's id makes the name one
 * that no other stack had: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
export function accessLogGroup(scope: Construct, removalPolicy: RemovalPolicy): LogGroup {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return new LogGroup(scope, 'AccessLogs', {
    logGroupName: Fn.join('-', ['/aws/vendedlogs/apigateway/carillon', scope.node.addr.slice(-8), stackUuid]),
    retention: RetentionDays.ONE_MONTH,
    removalPolicy,
  });
}
