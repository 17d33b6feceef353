// The stack in every shape the deploy rules must hold in.
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { pathsBelow } from '../../../lib/deploy-rules/deploy-rules-plugin.ts';
import { type Asked, type StackTemplate, type StackView, stackView } from '../../../lib/deploy-rules/stack-view.ts';
import { NotificationService } from '../../../lib/notification-service.ts';
import type { Settings } from '../../../lib/settings.ts';
import { appWith, OUT_DIR, VALIDATION } from '../synthesized.ts';

const APPLICATIONS = {
  fcm: 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app',
  apns: 'arn:aws:sns:eu-west-1:123456789012:app/APNS/my-app',
  apns_sandbox: 'arn:aws:sns:eu-west-1:123456789012:app/APNS_SANDBOX/my-app',
};
const OWN_PROVIDER = { issuer: 'https://login.example.com/', audience: ['my-app', 'my-other-app'] };
const PAGES = {
  webSocketAccessLogs: true,
  tracing: true,
  allowedOrigins: ['https://app.example.com', 'http://localhost:5173'],
};
const GUARDED = { deletionProtection: true, throttle: { webSocket: { ratePerSecond: 5_000, burst: 2_500 } } };

const WEB_PUSH = { webPush: { contact: 'mailto:ops@example.com' } };

const SETTINGS: Record<string, Settings> = {
  'no settings': {},
  'an issuer of its own': OWN_PROVIDER,
  push: { pushApplications: APPLICATIONS },
  'web push': WEB_PUSH,
  archive: { archiveDays: 30 },
  presets: { presets: ['shopping'] },
  'data that is not kept': { keepData: false },
  'access logs and origins': PAGES,
  everything: {
    ...PAGES,
    ...GUARDED,
    ...WEB_PUSH,
    archiveDays: 30,
    pushApplications: APPLICATIONS,
    presets: ['shopping'],
  },
  'everything, with an issuer of its own': {
    ...PAGES,
    ...GUARDED,
    ...OWN_PROVIDER,
    ...WEB_PUSH,
    pushApplications: APPLICATIONS,
    presets: ['shopping'],
  },
};

/** What one variant gives the rules to look at, and to break. */
export interface Variant {
  template: StackTemplate;
  paths: Map<string, string>;
  stackName: string;
  asked: Asked;
}

const variants = new Map<string, Variant>();

/** Synthesized when first asked for. */
export function variant(name: string): Variant {
  let made = variants.get(name);
  if (!made) {
    made = MAKERS[name]!();
    variants.set(name, made);
  }
  return made;
}

export const viewOf = (of: Variant): StackView => stackView(of);

const MAKERS: Record<string, () => Variant> = {
  ...Object.fromEntries(
    Object.entries(SETTINGS).map(([name, settings]) => [
      name,
      () => {
        const { stack } = appWith(settings, { [VALIDATION]: false });
        return made(stack, stack.service, settings);
      },
    ]),
  ),
  '40 mapped events': () => mappedEvents(40),
  'two services in one stack of another app': twoServices,
};
export const VARIANTS = Object.keys(MAKERS);

function made(stack: Stack, service: NotificationService, settings: Settings = {}): Variant {
  return {
    template: Template.fromStack(stack).toJSON() as StackTemplate,
    paths: pathsBelow(service),
    stackName: stack.stackName,
    asked: {
      throttle: settings.throttle !== undefined,
      deletionProtection: settings.deletionProtection ?? false,
      webSocketAccessLogs: settings.webSocketAccessLogs ?? false,
    },
  };
}

/** On the service's own bus, on one of another stack and on the account's default bus. */
export function mappedEvents(count: number): Variant {
  const { stack } = appWith({ pushApplications: APPLICATIONS }, { [VALIDATION]: false });
  const buses = [
    undefined,
    EventBus.fromEventBusName(stack, 'Shop', 'shop'),
    EventBus.fromEventBusName(stack, 'Default', 'default'),
  ];
  for (let n = 0; n < count; n++) {
    const bus = buses[n % buses.length];
    stack.service.notifyOn(`Mapped${n}`, {
      ...(bus && { bus }),
      source: `system-${n}`,
      detailType: `something.happened.${n}`,
      notification: {
        user_id: '$.detail.user_id',
        notification_type: `something.${n}`,
        title: 'Something <happened>',
        message: 'To {name}',
        payload: { at: '$.time', tags: ['$.detail.tag', 'fixed'] },
      },
    });
  }
  return made(stack, stack.service);
}

function twoServices(): Variant {
  const app = new App({ context: { [VALIDATION]: false }, outdir: OUT_DIR, analyticsReporting: false });
  const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
  new NotificationService(stack, 'Customers');
  return made(stack, new NotificationService(stack, 'Staff'));
}
