// What mobile push may reach: registered devices and the push service.
import type * as inbox from '../inbox/ports.ts';
import type { Browser, Device, Phone } from '../model/recipient.ts';
import type { PushContent, Withdrawal } from './push-content.ts';

export interface Devices {
  /** The user who has the device, if any. */
  owner(deviceId: string): Promise<string | undefined>;
  /** False when the owner was not `from` (undefined: nobody). */
  changeOwner(deviceId: string, from: string | undefined, to: string): Promise<boolean>;
  /** One of `limit` places among the user's devices; false when none is left. Idempotent. `forget` frees it. */
  claimPlace(userId: string, deviceId: string, limit: number): Promise<boolean>;
  put(userId: string, device: Device): Promise<void>;
  get(userId: string, deviceId: string): Promise<Device | undefined>;
  /** Deletes it from the user's list only. `asOf`: unless it was registered again since. */
  forget(userId: string, deviceId: string, asOf?: string): Promise<'forgotten' | 'changed'>;
  /** Deletes the ownership unless another user has it by now. */
  disown(deviceId: string, userId: string): Promise<void>;
  list(userId: string): Promise<Device[]>;
}

/** Mobile push. */
export interface Push {
  /** 'dead': the endpoint no longer accepts pushes. */
  toDevice(phone: Phone, content: PushContent): Promise<'pushed' | 'dead'>;
  /** A silent push: the phone's app takes back what it shows. 'dead': as above. */
  withdraw(phone: Phone, withdrawal: Withdrawal): Promise<'pushed' | 'dead'>;
  /** To every registered phone, by one call. 'refused': nothing was sent. Throws when no answer came. */
  toEveryone(content: PushContent): Promise<'pushed' | 'refused'>;
  endpointIsDead(endpointArn: string): Promise<boolean>;
  removeEndpoint(phone: Pick<Phone, 'endpoint_arn' | 'subscription_arn'>): Promise<void>;
  /** Creates or revives the endpoint of a token. Returns its ARN. */
  register(platform: Phone['platform'], token: string, userId: string): Promise<string>;
  /** Subscribes the endpoint to broadcasts; idempotent. Returns the subscription's ARN. */
  subscribe(endpointArn: string): Promise<string | undefined>;
  unsubscribe(subscriptionArn: string): Promise<void>;
  /** Whether phones of this platform, or of any, can be reached at all. */
  isConfigured(platform?: Phone['platform']): boolean;
  /** The endpoint that a queue message from the push service reports on; undefined for any other message. */
  reportedEndpoint(messageBody: string): string | undefined;
}

export type Subscription = Pick<Browser, 'endpoint' | 'keys'>;

/** What browsers need to subscribe to web push. */
export interface WebPushKeys {
  isConfigured(): boolean;
  /** The application server key, base64url: https://www.rfc-editor.org/rfc/rfc8292#section-3.2 */
  publicKey(): Promise<string>;
  /** Throws a CallerError when nothing can be pushed to this subscription. */
  check(subscription: Subscription): void;
}

/** Web push: one call to the push service of the browser's vendor for each browser. */
export interface WebPush {
  isConfigured(): boolean;
  /** 'dead': the subscription has ended. Throws PushRefused when the push service does not take it for now. */
  toBrowser(browser: Browser, content: PushContent): Promise<'pushed' | 'dead'>;
}

export interface Deps extends inbox.Deps {
  devices: Devices;
  push: Push;
  webPush: WebPush;
  webPushKeys: WebPushKeys;
}
