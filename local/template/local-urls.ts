// Replaces the addresses AWS would give a stack by the local ones.
import { generatedId } from './physical-names.ts';
import type { Template } from './template.ts';

export interface LocalUrls {
  httpApiIds: string[];
  webSocketApiIds: string[];
  /** `http://127.0.0.1:4280` */
  httpBaseUrl: string;
  /** `ws://127.0.0.1:4280` */
  wsBaseUrl: string;
  /** `http://127.0.0.1:4566` */
  awsBaseUrl: string;
}

/**
 * For `loadStack`'s `rewrite`. Stages stay as path segments, as `$default` has none. Addresses of other APIs, and ARNs,
 * are left alone.
 */
export function localUrls({ httpApiIds, webSocketApiIds, httpBaseUrl, wsBaseUrl, awsBaseUrl }: LocalUrls) {
  const bases = new Map<string, string>();
  for (const id of httpApiIds) bases.set(`https://${id}`, httpBaseUrl);
  for (const id of webSocketApiIds) {
    bases.set(`wss://${id}`, wsBaseUrl);
    // Only @connections is called over https on a WebSocket API.
    bases.set(`https://${id}`, awsBaseUrl);
  }
  const execute = /((?:https|wss):\/\/[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?![\w.-])/g;
  const issuer = /https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?=\/[\w-]+_\w+)/g;
  return (value: string): string => {
    if (!value.includes('.amazonaws.com')) return value;
    return value.replace(execute, (found, api: string) => bases.get(api) ?? found).replace(issuer, httpBaseUrl);
  };
}

/** The ids `loadStack` will give the template's APIs, so that `localUrls` can be made first. */
export function apiIds(template: Template, stackName: string): Pick<LocalUrls, 'httpApiIds' | 'webSocketApiIds'> {
  const ids = (protocol: string) =>
    Object.entries(template.Resources)
      .filter(([, { Type, Properties }]) => Type === 'AWS::ApiGatewayV2::Api' && Properties?.ProtocolType === protocol)
      .map(([logicalId]) => generatedId(stackName, logicalId, 10));
  return { httpApiIds: ids('HTTP'), webSocketApiIds: ids('WEBSOCKET') };
}
