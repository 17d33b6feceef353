// A user's phone: registered by REST, pushed to by the provider's stand-in.
import { newUser } from './new-user.ts';
import type { StackUnderTest } from './stack-under-test.ts';

export interface TestPhone {
  token: string;
  id: string;
  /** As `GET /_local/phones` shows it. */
  state(): Promise<any>;
  /** What the provider handed to it. */
  messages(): Promise<any[]>;
}

export async function registerPhone(
  stack: StackUnderTest,
  userId: string,
  platform: 'fcm' | 'apns' | 'apns_sandbox' = 'fcm',
  token = newUser('token'),
): Promise<TestPhone> {
  const { status, body } = await stack.as(userId, 'POST', '/api/v2/devices', { platform, token });
  if (status !== 201 && status !== 200) throw new Error(`Not registered: ${status} ${JSON.stringify(body)}`);
  const state = async () => (await stack.local.phones()).find((phone) => phone.token === token);
  return { token, id: body.id, state, messages: async () => (await state()).messages };
}

/** A browser: subscribed at the runtime's push service and registered by REST. Its token is its id there. */
export async function registerBrowser(stack: StackUnderTest, userId: string): Promise<TestPhone> {
  const key = await stack.as(userId, 'GET', '/api/v2/devices/web-push-key');
  const subscription = await stack.local.subscribe(key.body.public_key, userId);
  const { status, body } = await stack.as(userId, 'POST', '/api/v2/devices', { platform: 'web', ...subscription });
  if (status !== 201) throw new Error(`Not registered: ${status} ${JSON.stringify(body)}`);
  const token = subscription.endpoint.split('/').at(-1);
  const state = async () => (await stack.local.phones()).find((phone) => phone.token === token);
  return { token, id: body.id, state, messages: async () => (await state()).messages };
}
