// Rules about the stages of the two APIs, their throttles and their access logs.
import type { DeployRule, Finding } from './deploy-rule.ts';
import { dependencies, referred, type StackView, written } from './stack-view.ts';

const STAGE = 'AWS::ApiGatewayV2::Stage';
/**
 * Quotas of an account: in 13 regions, and in the others.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const EVERYWHERE = { rate: 2_500, burst: 1_250 };
const AT_MOST = { rate: 10_000, burst: 5_000 };

export const stageRules: DeployRule[] = [
  {
    id: 'stage-without-route-settings',
    holds: 'No stage has settings for single routes.',
    otherwise:
      'API Gateway refuses a stage that names a route it doesn\'t have yet, or has no longer: "Unable to find Route by key".',
    check: (stack) =>
      stack.ofType(STAGE).flatMap(({ logicalId, properties }) => {
        const routes = Object.keys(properties.RouteSettings ?? {});
        return routes.length > 0 ? [{ logicalId, problem: `has RouteSettings for ${routes.join(', ')}` }] : [];
      }),
  },
  {
    id: 'nothing-depends-on-a-stage',
    holds: 'No resource depends on a stage.',
    otherwise: 'A route that waits for the stage that is to deploy it is never deployed.',
    check(stack) {
      const stages = new Set(stack.ofType(STAGE).map(({ logicalId }) => logicalId));
      return stack.own.flatMap(({ logicalId, resource }) => {
        const stage = [...dependencies(resource)].find((id) => stages.has(id));
        return stage === undefined ? [] : [{ logicalId, problem: `depends on the stage ${stage}` }];
      });
    },
  },
  {
    id: 'throttle-within-quota',
    holds: 'Each stage has a throttle that the quota of every region allows, unless it was asked for.',
    otherwise: 'The stage is refused, or one API uses up what the whole account has.',
    check: (stack) =>
      stack.ofType(STAGE).flatMap(({ logicalId, properties }) => {
        const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = properties.DefaultRouteSettings ?? {};
        const most = stack.asked.throttle ? AT_MOST : EVERYWHERE;
        if (rate > 0 && rate <= most.rate && burst > 0 && burst <= most.burst) return [];
        return [
          { logicalId, problem: `has the throttle ${rate}/s, burst ${burst}; at most ${most.rate}, ${most.burst}` },
        ];
      }),
  },
  {
    id: 'access-log-group-vended',
    holds: "The access log group's name starts with /aws/vendedlogs/apigateway/ and has a part of the stack's id.",
    otherwise: "Each group adds to the account's one resource policy of 5,120 characters, until a deploy doesn't fit.",
    check: (stack) =>
      loggedStages(stack).flatMap(({ logicalId, settings }) => {
        const group = stack.find([...dependencies({ Type: '', Properties: settings })][0]);
        const name = JSON.stringify(group?.Properties?.LogGroupName ?? '');
        const isVended = written(group?.Properties?.LogGroupName ?? '').startsWith('/aws/vendedlogs/apigateway/');
        return isVended && name.includes('AWS::StackId')
          ? []
          : [{ logicalId, problem: `logs to a group called ${name}` }];
      }),
  },
  {
    id: 'access-log-format',
    holds:
      'The access log format has the request id, and no query string, header or path that could carry a credential.',
    otherwise: 'API Gateway refuses a format without request id; tickets and tokens would be in the logs.',
    check: (stack) =>
      loggedStages(stack).flatMap(({ logicalId, settings }): Finding[] => {
        const format = String(settings.Format ?? '');
        if (!/\$context\.(extendedR|r)equestId/.test(format)) return [{ logicalId, problem: 'logs no request id' }];
        const secret = /querystring|header|path\b|authorizer/i.exec(format);
        return secret ? [{ logicalId, problem: `logs ${secret[0]}` }] : [];
      }),
  },
  {
    id: 'websocket-access-logs-asked-for',
    holds: 'The WebSocket stage logs access only where that was asked for.',
    otherwise: 'The stage is refused in an account without a CloudWatch role for API Gateway.',
    check: (stack) =>
      loggedStages(stack).flatMap(({ logicalId, apiId }) => {
        const isWebSocket = stack.find(apiId)?.Properties?.ProtocolType === 'WEBSOCKET';
        return isWebSocket && !stack.asked.webSocketAccessLogs ? [{ logicalId, problem: 'logs access, unasked' }] : [];
      }),
  },
  {
    id: 'api-named-after-stack',
    holds: "An API's name carries the stack's name.",
    otherwise: "Two stacks' APIs have the same name, in the console and on the bill.",
    check: (stack) =>
      stack.ofType('AWS::ApiGatewayV2::Api').flatMap(({ logicalId, properties }) => {
        const name = JSON.stringify(properties.Name ?? '');
        return name.includes(stack.stackName) || /AWS::Stack(Name|Id)/.test(name)
          ? []
          : [{ logicalId, problem: `is called ${name}` }];
      }),
  },
];

const loggedStages = (stack: StackView) =>
  stack.ofType(STAGE).flatMap(({ logicalId, properties }) => {
    const settings: Record<string, any> | undefined = properties.AccessLogSettings;
    return settings ? [{ logicalId, settings, apiId: referred(properties.ApiId) }] : [];
  });
