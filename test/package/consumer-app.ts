// An app as `cdk init app --language typescript` makes it, with the packed package in its node_modules.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type ModuleKind = 'commonjs' | 'module';

const STACK = `import * as cdk from 'aws-cdk-lib';
import { Function as LambdaFunction, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type NotificationTemplate, NotificationService } from 'carillon';
import { shoppingEvents } from 'carillon/presets/shopping';
import { Construct } from 'constructs';

const tradeBooked: NotificationTemplate = {
  user_id: '$.detail.user_id',
  notification_type: 'trade.created',
  title: 'Trade booked',
  message: '{symbol}',
};

export class OrdersStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const orders = new LambdaFunction(this, 'Orders', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
    });
    const notifications = new NotificationService(this, 'Notifications');
    notifications.grantSend(orders);
    notifications.notifyOn('TradeCreated', { detailType: 'trade.created', notification: tradeBooked });
    const others = new NotificationService(this, 'OtherNotifications', { retentionDays: 7 });
    shoppingEvents(others);
    // @ts-expect-error The types know which properties there are, and what they hold.
    const wrong = () => new NotificationService(this, 'Wrong', { retentionDays: '7' });
    orders.node.addMetadata('unused', typeof wrong);
  }
}
`;
/** A page's code: types of every client entry, and that none of them touches a browser before it is asked to. */
const PAGE = `import { createNotifications, type Notification, type NotificationsClient } from 'carillon/client';
import { NotificationBell } from 'carillon/client/element';
import { useNotifications } from 'carillon/client/react';
import { enableWebPush, type WebPushOptions } from 'carillon/client/web-push';
import 'carillon/client/service-worker';

const client: NotificationsClient = createNotifications({ apiUrl: 'https://api.example.com', getToken: () => null });
export const titleOf = (notification: Notification): string => notification.title;
// @ts-expect-error There are three priorities.
export const isUrgent = (notification: Notification): boolean => notification.priority === 'urgent';
export const bell = (element: NotificationBell) => element.client;
export const push = (options: WebPushOptions) => enableWebPush(options);
export const unread = () => useNotifications().unreadCount;
console.log([typeof client.start, typeof NotificationBell, typeof useNotifications].join());
`;
const PRODUCER = `import { createSender, type NotificationRequestInput, type Sender } from 'carillon/producer';

const bus = { send: async () => ({ Entries: [{ EventId: 'event-1' }] }) };
const sender: Sender = createSender({ busName: 'the-bus', source: 'orders', client: bus as never });
const request: NotificationRequestInput = { id: 'order-7', user_id: 'alice', title: '', message: 'It arrives.', notification_type: 'system' };
// @ts-expect-error There are three priorities.
export const urgent: NotificationRequestInput = { ...request, priority: 'urgent' };
sender
  .send(request)
  .catch((error: Error) => console.log(error.message))
  .then(() => sender.send({ ...request, title: 'Hello' }))
  .then(({ id }) => console.log(id));
`;
const app = (extension: string) => `import * as cdk from 'aws-cdk-lib';
import { OrdersStack } from '../lib/orders-stack${extension}';

const app = new cdk.App();
new OrdersStack(app, 'OrdersStack', {});
app.synth();
`;

export interface ConsumerApp {
  dir: string;
  /** Runs a program of Node.js in the app; resolves with what it printed, rejects with what it complained of. */
  node(args: string[], env?: Record<string, string>): Promise<string>;
  /** Compiles a project of it, a folder, with this repository's compiler. */
  tsc(project: string, ...args: string[]): Promise<string>;
  /** Resources of the synthesized stack by their type, and the folders of its functions. */
  synthesized(outDir: string): { counts: Record<string, number>; assets: string[] };
}

const run = promisify(execFile);
/** npm passes its own settings on to what it starts; a consumer has none of them. */
const CLEAN_ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

/** Runs npm in a folder. */
export async function npm(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund'], { cwd, env: CLEAN_ENVIRONMENT });
  return stdout;
}

export interface Packed {
  tarball: string;
  files: string[];
}

/** Packs this repository into a folder of its own. */
export async function pack(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-pack-'));
  const printed = await npm(ROOT, 'pack', '--json', '--pack-destination', folder);
  // The build's own lines come before it.
  const [packed] = JSON.parse(printed.slice(printed.indexOf('[\n'))) as {
    filename: string;
    files: { path: string }[];
  }[];
  return { tarball: join(folder, packed!.filename), files: packed!.files.map(({ path }) => path) };
}

export async function consumerApp(kind: ModuleKind, compilerOptions: object = {}): Promise<ConsumerApp> {
  const dir = mkdtempSync(join(tmpdir(), `carillon-${kind}-`));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  write('package.json', JSON.stringify({ name: 'orders', version: '0.1.0', private: true, type: kind }));
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        module: 'NodeNext',
        moduleResolution: 'NodeNext',
        lib: ['es2022'],
        strict: true,
        types: ['node'],
        rootDir: '.',
        outDir: 'built',
        ...compilerOptions,
      },
      include: ['bin', 'lib'],
    }),
  );
  write('bin/app.ts', app(kind === 'module' ? '.js' : ''));
  write('lib/orders-stack.ts', STACK);
  write('page/page.ts', PAGE);
  const page = { lib: ['es2022', 'dom'], rootDir: '..', outDir: '../built', skipLibCheck: false, types: [] };
  write('page/tsconfig.json', JSON.stringify({ extends: '../tsconfig.json', compilerOptions: page, include: ['.'] }));
  write('producer/producer.ts', PRODUCER);
  const producer = { rootDir: '..', outDir: '../built', skipLibCheck: true };
  write(
    'producer/tsconfig.json',
    JSON.stringify({ extends: '../tsconfig.json', compilerOptions: producer, include: ['.'] }),
  );
  const node = async (args: string[], env: Record<string, string> = {}) => {
    const { stdout } = await run(process.execPath, args, { cwd: dir, env: { ...CLEAN_ENVIRONMENT, ...env } }).catch(
      ({ stdout, stderr }) => {
        throw new Error(`node ${args.join(' ')}\n${stdout}${stderr}`);
      },
    );
    return stdout;
  };
  return {
    dir,
    node,
    tsc: (project, ...args) => node([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project, ...args]),
    synthesized(outDir) {
      const read = (name: string) => JSON.parse(readFileSync(join(dir, outDir, name), 'utf8'));
      const counts: Record<string, number> = {};
      for (const { Type } of Object.values<{ Type: string }>(read('OrdersStack.template.json').Resources)) {
        counts[Type] = (counts[Type] ?? 0) + 1;
      }
      const { files } = read('OrdersStack.assets.json') as { files: Record<string, { source: { path: string } }> };
      const folders = Object.values(files).map(({ source }) => source.path);
      const isFunction = (path: string) => path.startsWith('asset.');
      return { counts, assets: folders.filter(isFunction).map((path) => join(dir, outDir, path)) };
    },
  };
}

/** Gives the app packages of this repository, so that nothing is downloaded. */
export function link(to: ConsumerApp, ...packages: string[]): void {
  for (const name of packages) {
    const path = join(to.dir, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), path);
  }
}
