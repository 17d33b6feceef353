// Rules about routes, integrations and authorizers of the two APIs.
import type { DeployRule, Finding } from './deploy-rule.ts';
import { type OwnResource, references, referred, type StackView, written } from './stack-view.ts';

const ROUTE = 'AWS::ApiGatewayV2::Route';
const AUTHORIZER = 'AWS::ApiGatewayV2::Authorizer';

export const routeRules: DeployRule[] = [
  {
    id: 'route-keys-unique',
    holds: 'No two routes of an API have the same key.',
    otherwise: 'API Gateway refuses the second one: "Route with key … already exists".',
    check(stack) {
      const seen = new Set<string>();
      return stack.ofType(ROUTE).flatMap(({ logicalId, properties }) => {
        const key = `${referred(properties.ApiId)} ${properties.RouteKey}`;
        if (seen.has(key)) return [{ logicalId, problem: `has the key "${properties.RouteKey}" of another route` }];
        seen.add(key);
        return [];
      });
    },
  },
  {
    id: 'websocket-authorization-on-connect',
    holds: 'Of the routes of the WebSocket API $connect has an authorizer, and no other.',
    otherwise: 'API Gateway refuses an authorizer on any other route; without one on $connect anyone may connect.',
    check: (stack) =>
      webSocketRoutes(stack).flatMap(({ logicalId, properties }) => {
        const type = properties.AuthorizationType ?? 'NONE';
        const isConnect = properties.RouteKey === '$connect';
        if (isConnect ? type === 'CUSTOM' && properties.AuthorizerId : type === 'NONE') return [];
        return [{ logicalId, problem: `(${properties.RouteKey}) has the authorization ${type}` }];
      }),
  },
  {
    id: 'websocket-authorizer-plain',
    holds: 'A REQUEST authorizer has no TTL and no simple responses, and sources of the form route.request.…, or none.',
    otherwise: 'API Gateway takes the first two for HTTP APIs only, and refuses other sources.',
    check: (stack) =>
      stack.ofType(AUTHORIZER).flatMap(({ logicalId, properties }): Finding[] => {
        if (properties.AuthorizerType !== 'REQUEST') return [];
        for (const name of ['AuthorizerResultTtlInSeconds', 'EnableSimpleResponses']) {
          if (properties[name] !== undefined) return [{ logicalId, problem: `has ${name}` }];
        }
        const strange = [properties.IdentitySource ?? []].flat().find((one) => !/^route\.request\./.test(one));
        return strange === undefined ? [] : [{ logicalId, problem: `has the identity source ${strange}` }];
      }),
  },
  {
    id: 'route-response-where-answered',
    holds: 'A route has a route response exactly where it has a response selection expression.',
    otherwise: 'What the function returns is not sent to the client, or the deployment of the API fails.',
    check(stack) {
      const responses = stack.ofType('AWS::ApiGatewayV2::RouteResponse');
      const answered = new Set(responses.map(({ properties }) => referred(properties.RouteId)));
      return webSocketRoutes(stack).flatMap(({ logicalId, properties }) => {
        const selects = properties.RouteResponseSelectionExpression !== undefined;
        if (selects === answered.has(logicalId)) return [];
        return [{ logicalId, problem: selects ? 'has no route response' : 'has a route response but selects none' }];
      });
    },
  },
  {
    id: 'mock-answers',
    holds: "A mock integration's static template selection is a key of its request and of its response templates.",
    otherwise: 'The ping is answered with an error, or not at all.',
    check: (stack) =>
      stack.ofType('AWS::ApiGatewayV2::Integration').flatMap(({ logicalId, properties }): Finding[] => {
        if (properties.IntegrationType !== 'MOCK') return [];
        const key = properties.TemplateSelectionExpression;
        if (!(key in (properties.RequestTemplates ?? {})))
          return [{ logicalId, problem: `has no request template ${key}` }];
        const response = stack
          .ofType('AWS::ApiGatewayV2::IntegrationResponse')
          .find((one) => referred(one.properties.IntegrationId) === logicalId)?.properties;
        const answers = response?.TemplateSelectionExpression === key && key in (response?.ResponseTemplates ?? {});
        return answers ? [] : [{ logicalId, problem: `has no response template ${key}` }];
      }),
  },
  {
    id: 'jwt-issuer-fetchable',
    holds:
      'A JWT authorizer has an https issuer without query or fragment, and audiences that are trimmed and not blank.',
    otherwise:
      'API Gateway fetches the discovery document while it deploys: the whole stack rolls back, or no token is ever accepted.',
    check: (stack) =>
      stack.ofType(AUTHORIZER).flatMap(({ logicalId, properties }): Finding[] => {
        if (properties.AuthorizerType !== 'JWT') return [];
        const { Issuer: issuer, Audience: audiences = [] } = properties.JwtConfiguration ?? {};
        const isPlain = typeof issuer !== 'string' || (URL.canParse(issuer) && /^https:\/\/[^?#\s]+$/.test(issuer));
        if (!issuer || !isPlain) return [{ logicalId, problem: `has the issuer "${issuer}"` }];
        const isBlank = (one: unknown) => typeof one === 'string' && (one === '' || one.trim() !== one);
        const blank = audiences.find(isBlank);
        if (audiences.length > 0 && blank === undefined) return [];
        return [{ logicalId, problem: `has the audiences ${JSON.stringify(audiences)}` }];
      }),
  },
  {
    id: 'permission-for-each-integration',
    holds: 'Every function behind a route or an authorizer allows that API to invoke it.',
    otherwise: 'Every call is answered with 500.',
    check(stack) {
      const permissions = stack.ofType('AWS::Lambda::Permission').map(({ properties }) => properties);
      const isAllowed = (fn: string, api: string) =>
        permissions.some(
          ({ FunctionName, Principal, SourceArn }) =>
            referred(FunctionName) === fn && Principal === 'apigateway.amazonaws.com' && references(SourceArn).has(api),
        );
      return stack.ofType('AWS::ApiGatewayV2::Integration', AUTHORIZER).flatMap(({ logicalId, properties }) => {
        const uri = properties.IntegrationUri ?? properties.AuthorizerUri;
        const fn = [...references(uri)].find((id) => stack.find(id)?.Type === 'AWS::Lambda::Function');
        const api = referred(properties.ApiId);
        if (fn === undefined || api === undefined || isAllowed(fn, api)) return [];
        return [{ logicalId, problem: `may not invoke ${fn}: no permission names ${api}` }];
      });
    },
  },
];

function webSocketRoutes(stack: StackView): OwnResource[] {
  return stack.ofType(ROUTE).filter(({ properties }) => {
    const api = stack.find(referred(properties.ApiId));
    return written(api?.Properties?.ProtocolType ?? '') === 'WEBSOCKET';
  });
}
