// Mobile push in memory: platform endpoints, the broadcast topic's subscriptions, and the phones behind them.
import type { Phone } from '../../../lambdas/domain/model/recipient.ts';
import type { PushContent, Withdrawal } from '../../../lambdas/domain/push/push-content.ts';

export interface MemoryEndpoint {
  arn: string;
  platform: Phone['platform'];
  token: string;
  userId: string;
  isEnabled: boolean;
  subscriptionArn: string | undefined;
}

export interface MemoryPhone {
  /** False: its provider refuses the token, as after the app was removed. */
  isReachable: boolean;
  /** Set: a publication to it is refused with an error of this name. */
  refusal: string | undefined;
  pushes: PushContent[];
  withdrawals: Withdrawal[];
}

export interface MemorySns {
  /** Platforms with an application. */
  platforms: Set<Phone['platform']>;
  endpoints: Map<string, MemoryEndpoint>;
  phone(token: string): MemoryPhone;
  create(platform: Phone['platform'], token: string, userId: string): MemoryEndpoint;
  publish(endpoint: MemoryEndpoint, content: PushContent): void;
  onPush: (endpoint: MemoryEndpoint, content: PushContent) => void;
}

/** `report` gets the events of the applications, as the topic of the stack puts them on the queue. */
export function createSns(report: (body: string) => void): MemorySns {
  const endpoints = new Map<string, MemoryEndpoint>();
  const phones = new Map<string, MemoryPhone>();
  const sns: MemorySns = {
    platforms: new Set(['fcm', 'apns', 'apns_sandbox']),
    endpoints,
    phone(token) {
      let phone = phones.get(token);
      if (!phone) {
        phone = { isReachable: true, refusal: undefined, pushes: [], withdrawals: [] };
        phones.set(token, phone);
      }
      return phone;
    },
    // A token keeps its ARN: SNS makes it from the token.
    create(platform, token, userId) {
      const arn = `arn:aws:sns:memory:0:endpoint/${platform}/${token}`;
      const endpoint = { arn, platform, token, userId, isEnabled: true, subscriptionArn: undefined };
      endpoints.set(arn, endpoint);
      return endpoint;
    },
    publish(endpoint, content) {
      const phone = sns.phone(endpoint.token);
      if (phone.isReachable) {
        phone.pushes.push(content);
        sns.onPush(endpoint, content);
        return;
      }
      // SNS takes the publication and finds out afterwards.
      endpoint.isEnabled = false;
      report(JSON.stringify({ Service: 'SNS', EventType: 'EndpointUpdated', EndpointArn: endpoint.arn }));
    },
    onPush: () => undefined,
  };
  return sns;
}
