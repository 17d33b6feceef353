// The package's entry points: what a consumer imports, and the source file behind each.

export interface Entry {
  /** As a consumer writes it after `carillon`: `.`, `./client/react`. */
  name: string;
  /** The file whose exports it offers. */
  source: string;
  /** The compiled file below `dist/`, without its extension. */
  output: string;
  platform: 'node' | 'browser';
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
];

/** Bundled beforehand, so that the consumer's synthesis needs no bundler. */
export const FUNCTIONS = ['authorize', 'socket', 'inbox', 'dispatch', 'fanout'] as const;

/** What `exports` in package.json must be. */
export function exportsOf(entries: Entry[]): Record<string, unknown> {
  const conditions = ({ source, output }: Entry) => {
    const declaration = source.replace(/\.tsx?$/, '.d.ts');
    return {
      import: { types: `./dist/types/esm/${declaration}`, default: `./dist/${output}.mjs` },
      require: { types: `./dist/types/cjs/${declaration}`, default: `./dist/${output}.cjs` },
    };
  };
  return {
    ...Object.fromEntries(entries.map((entry) => [entry.name, conditions(entry)])),
    './package.json': './package.json',
  };
}
