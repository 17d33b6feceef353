// The package's entry points: what a consumer imports, and the source file behind each.

export interface Entry {
  /** As a consumer writes it after `carillon`: `.`, `./client/react`. */
  name: string;
  /** The file whose exports it offers. */
  source: string;
  /** The compiled file below `dist/`, without its extension. */
  output: string;
  /** `worker`: one file that a site can serve as it is, so it shares no chunk with the others. */
  platform: 'node' | 'browser' | 'worker';
  /** Packages the consumer has: peer dependencies. Everything else is bundled. */
  peers: string[];
}

const CDK = ['aws-cdk-lib', 'constructs'];

export const ENTRIES: Entry[] = [
  {
    name: '.',
    source: 'lib/notification-service.ts',
    output: 'construct/notification-service',
    platform: 'node',
    peers: CDK,
  },
  {
    name: './presets/shopping',
    source: 'lib/presets/shopping.ts',
    output: 'presets/shopping',
    platform: 'node',
    peers: CDK,
  },
  {
    name: './presets/edge',
    source: 'lib/presets/edge.ts',
    output: 'presets/edge',
    platform: 'node',
    peers: CDK,
  },
  {
    name: './presets/trading',
    source: 'lib/presets/trading.ts',
    output: 'presets/trading',
    platform: 'node',
    peers: CDK,
  },
  {
    name: './producer',
    source: 'producer/create-sender.ts',
    output: 'producer/create-sender',
    platform: 'node',
    peers: ['@aws-sdk/client-eventbridge'],
  },
  {
    name: './client',
    source: 'client/core/create-notifications.ts',
    output: 'client/client',
    platform: 'browser',
    peers: [],
  },
  {
    name: './client/react',
    source: 'client/react/use-notifications.ts',
    output: 'client/react',
    platform: 'browser',
    peers: ['react'],
  },
  {
    name: './client/element',
    source: 'client/element/notification-bell.ts',
    output: 'client/element',
    platform: 'browser',
    peers: [],
  },
  {
    name: './client/web-push',
    source: 'client/web-push/web-push.ts',
    output: 'client/web-push',
    platform: 'browser',
    peers: [],
  },
  {
    name: './client/service-worker',
    source: 'client/service-worker/service-worker.ts',
    output: 'client/service-worker',
    platform: 'worker',
    peers: [],
  },
];

/** Bundled beforehand, so that the consumer's synthesis needs no bundler. */
export const FUNCTIONS = ['authorize', 'socket', 'inbox', 'dispatch', 'fanout'] as const;

/**
 * What package.json must say of the entry points, for Node.js and for every way in which TypeScript resolves modules.
 */
export function manifestOf(entries: Entry[]) {
  const types = (format: 'esm' | 'cjs', { source }: Entry) =>
    `./dist/types/${format}/${source.replace(/\.tsx?$/, '.d.ts')}`;
  const conditions = (entry: Entry) => ({
    import: { types: types('esm', entry), default: `./dist/${entry.output}.mjs` },
    require: { types: types('cjs', entry), default: `./dist/${entry.output}.cjs` },
  });
  const main = entries.find(({ name }) => name === '.')!;
  const others = entries.filter((entry) => entry !== main);
  return {
    main: `./dist/${main.output}.cjs`,
    types: types('cjs', main),
    // For the classic resolution, which does not read `exports`.
    typesVersions: { '*': Object.fromEntries(others.map((entry) => [entry.name.slice(2), [types('cjs', entry)]])) },
    exports: {
      ...Object.fromEntries(entries.map((entry) => [entry.name, conditions(entry)])),
      './package.json': './package.json',
    },
  };
}
