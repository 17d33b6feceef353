// What may be configured from the command line: `npx cdk deploy -c stage=dev -c issuer=https://…`.
import type { Node } from 'constructs';
import type { NotificationServiceProps } from './notification-service.ts';

export interface Config extends NotificationServiceProps {
  stackName: string;
  stage: string;
  /** Ready-made mappings of other systems' events, by name: `shopping`, `edge`, `trading`. */
  presets: string[];
}

export function readConfig(node: Node): Config {
  const text = (name: string): string | undefined => {
    const value: unknown = node.tryGetContext(name);
    return value === undefined || value === '' ? undefined : String(value);
  };
  const retentionDays = text('retentionDays');
  const postsPerSecond = text('postsPerSecond');
  const allowedOrigins = text('allowedOrigins');
  const webSocketAccessLogs = text('webSocketAccessLogs');
  const pushApplications = {
    fcm: text('pushFcm'),
    apns: text('pushApns'),
    apns_sandbox: text('pushApnsSandbox'),
  };
  const issuer = text('issuer');
  const audience = text('audience');
  return {
    stackName: text('stackName') ?? 'Carillon',
    stage: text('stage') ?? 'production',
    presets: text('presets')?.split(',') ?? [],
    pushApplications: Object.fromEntries(Object.entries(pushApplications).filter(([, arn]) => arn !== undefined)),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(allowedOrigins !== undefined && { allowedOrigins: allowedOrigins.split(',') }),
    ...(webSocketAccessLogs !== undefined && { webSocketAccessLogs: webSocketAccessLogs === 'true' }),
    ...(retentionDays !== undefined && { retentionDays: Number(retentionDays) }),
    ...(postsPerSecond !== undefined && { postsPerSecond: Number(postsPerSecond) }),
  };
}
