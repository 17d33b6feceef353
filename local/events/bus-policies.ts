// Who may put events on a bus, and whom a function lets invoke it: the template's policies as IAM statements.
import { checkStatements } from '../iam/evaluate.ts';
import type { Statement } from '../iam/principal.ts';
import type { Stack } from '../stack.ts';
import { busNameOf } from './rules.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html */
export function busStatements(stack: Stack, busName: string): Statement[] {
  const arn = `arn:aws:events:${stack.region}:${stack.accountId}:event-bus/${busName}`;
  const statements: Statement[] = [];
  for (const { properties } of stack.ofType('AWS::Events::EventBusPolicy')) {
    if (busNameOf(properties.EventBusName) !== busName) continue;
    const { Statement: whole, Action, Principal, Condition } = properties;
    const written: Statement = {
      Effect: 'Allow',
      Action,
      Resource: arn,
      Principal: Principal === '*' ? '*' : { AWS: Principal },
      ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
    };
    statements.push(whole ?? written);
  }
  for (const { ref, properties } of stack.ofType('AWS::Events::EventBus')) {
    const given = properties.Policy?.Statement;
    if (ref === busName && given) statements.push(...(Array.isArray(given) ? given : [given]));
  }
  checkStatements(statements, `the policy of event bus ${busName}`);
  return statements;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
export function functionStatements(stack: Stack, functionArn: string): Statement[] {
  const permissions = stack.ofType('AWS::Lambda::Permission').filter(({ properties }) => {
    const target = stack.find('AWS::Lambda::Function', properties.FunctionName);
    return target?.attributes.Arn === functionArn;
  });
  return permissions.map(({ properties: { Action, Principal, SourceArn, SourceAccount } }) => ({
    Effect: 'Allow',
    Action,
    Resource: functionArn,
    Principal: /\.amazonaws\.com$/.test(Principal)
      ? { Service: Principal }
      : Principal === '*'
        ? '*'
        : { AWS: Principal },
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  }));
}
