// The shape of the code: who may import whom, and how files look. ARCHITECTURE.md says why; this makes it so.
import { describe, expect, it } from 'vitest';
import { findCycle } from './support/find-cycle.ts';
import { isBarrel } from './support/imports.ts';
import { type ResolvedImport, type SourceFile, sourceFiles } from './support/source-files.ts';

interface Layer {
  /** Which files are of it: the first layer that matches a path has it. */
  has: RegExp;
  /** The layers it may import, besides itself. */
  mayImport: string[];
  /** The layers of which it may import types, which are gone once it runs. */
  mayImportTypes?: string[];
  /** The packages and modules of Node it may import. */
  packages: RegExp;
  /** And those of which it may import types. */
  typePackages?: RegExp;
  /** Files of it stand alone: none imports another. */
  isFlat?: boolean;
}

/** The rooms of the domain, lowest first: each may import only those before it. */
const ROOMS = ['model', 'schedule', 'sockets', 'inbox', 'push', 'delivery'];

const LAYERS: Record<string, Layer> = {
  protocol: { has: /^protocol\//, mayImport: [], packages: /^zod$/ },
  model: { has: /^lambdas\/domain\/model\//, mayImport: ['protocol'], packages: /^(uuid|node:crypto)$/ },
  schedule: { has: /^lambdas\/domain\/schedule\//, mayImport: ['protocol', 'model'], packages: /^node:crypto$/ },
  sockets: {
    has: /^lambdas\/domain\/sockets\//,
    mayImport: ['protocol', 'model', 'schedule'],
    packages: /^node:crypto$/,
    typePackages: /^zod$/,
  },
  inbox: {
    has: /^lambdas\/domain\/inbox\//,
    mayImport: ['protocol', 'model', 'schedule', 'sockets'],
    packages: /^node:crypto$/,
  },
  push: {
    has: /^lambdas\/domain\/push\//,
    mayImport: ['protocol', 'model', 'schedule', 'sockets', 'inbox'],
    packages: /^uuid$/,
  },
  delivery: {
    has: /^lambdas\/domain\/delivery\//,
    mayImport: ['protocol', 'model', 'schedule', 'sockets', 'inbox', 'push'],
    packages: /^$/,
  },
  // Entrances: one file per kind of message or frame that arrives.
  domain: { has: /^lambdas\/domain\//, mayImport: ['protocol', ...ROOMS], packages: /^$/ },
  aws: {
    has: /^lambdas\/aws\//,
    mayImport: ['domain', 'protocol', ...ROOMS],
    packages: /^(@aws-sdk\/|@smithy\/|jose$|http_ece$|node:(async_hooks|crypto|dns|https?|net|zlib)$)/,
  },
  environment: { has: /^lambdas\/environment\.ts$/, mayImport: [], packages: /^$/ },
  gatewayEvent: { has: /^lambdas\/gateway-event\.ts$/, mayImport: [], packages: /^$/ },
  receivedMessage: {
    has: /^lambdas\/received-message\.ts$/,
    mayImport: ['delivery'],
    packages: /^$/,
    typePackages: /^aws-lambda$/,
  },
  responses: { has: /^lambdas\/responses\.ts$/, mayImport: ['model', 'protocol', 'gatewayEvent'], packages: /^$/ },
  log: { has: /^lambdas\/log\.ts$/, mayImport: ['model'], packages: /^(@aws-lambda-powertools\/|aws-lambda$)/ },
  start: { has: /^lambdas\/start\.ts$/, mayImport: ['model', 'log'], packages: /^aws-lambda$/ },
  // One file per function: everything it may reach, built once per container.
  wiring: {
    has: /^lambdas\/[a-z]+-deps\.ts$/,
    mayImport: ['aws', 'domain', 'environment', 'start', ...ROOMS],
    mayImportTypes: ['protocol'],
    packages: /^$/,
  },
  routes: {
    has: /^lambdas\/routes\//,
    mayImport: ['protocol', 'responses', ...ROOMS],
    packages: /^(hono|zod$)/,
    typePackages: /^aws-lambda$/,
  },
  handlers: {
    has: /^lambdas\/handlers\//,
    mayImport: [
      'receivedMessage',
      ...ROOMS,
      'aws',
      'domain',
      'environment',
      'gatewayEvent',
      'log',
      'protocol',
      'responses',
      'routes',
      'start',
      'wiring',
    ],
    packages: /^(hono|aws-lambda$)/,
    isFlat: true,
  },
  // Facts of AWS, for the checks at synthesis and for the local runtime's decisions.
  iamReference: { has: /^iam-reference\//, mayImport: [], packages: /^$/ },
  lib: {
    has: /^lib\//,
    mayImport: ['iamReference', 'protocol'],
    mayImportTypes: ['environment'],
    packages: /^(aws-cdk-lib|constructs$|esbuild$|zod$|node:)/,
  },
  // How the commands of bin/ find what runs.
  runtimeFile: { has: /^local\/(runtime-file|error-code)\.ts$/, mayImport: [], packages: /^node:/ },
  bin: {
    has: /^bin\//,
    mayImport: ['lib', 'protocol', 'runtimeFile'],
    packages: /^(aws-cdk-lib$|@aws-sdk\/|@smithy\/signature-v4$|ws$|node:)/,
  },
  packaging: { has: /^packaging\//, mayImport: ['lib'], packages: /^(esbuild$|typescript\/|node:)/ },
  producer: { has: /^producer\//, mayImport: ['protocol'], packages: /^(@aws-sdk\/client-eventbridge|node:)/ },
  client: { has: /^client\//, mayImport: ['protocol'], packages: /^(lit|react)/ },
  console: { has: /^console\//, mayImport: ['protocol'], packages: /^preact(\/|$)/ },
  // They import the package by its name, as its users do.
  examples: {
    has: /^examples\//,
    mayImport: [],
    packages: /^(carillon\/client|react-dom|svelte$|htmx\.org$)/,
  },
  local: {
    has: /^local\//,
    mayImport: ['iamReference', 'protocol', 'runtimeFile'],
    packages: /^(?!aws-cdk|constructs|cdk-nag|vitest|hono|@aws-lambda)/,
  },
  bench: {
    has: /^bench\//,
    mayImport: ['lib', 'local', 'protocol', 'aws', ...ROOMS],
    packages: /^(?!vitest)/,
  },
  test: { has: /^test\//, mayImport: [], packages: /./ },
};

const files = sourceFiles();
const sources = files.filter(({ path }) => !path.startsWith('test/'));
/** Their texts look like imports. */
const WRITE_IMPORTS = [
  'test/support/imports.test.ts',
  'test/package/consumer-app.ts',
  'test/package/declarations.test.ts',
];
const layerOf = (path: string) => Object.keys(LAYERS).find((name) => LAYERS[name]!.has.test(path));

describe('imports', () => {
  it('come from files that belong somewhere', () => {
    expect(files.map(({ path }) => path).filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  it('are of files that are there, with their extension', () => {
    const known = new Set(files.map(({ path }) => path));
    const readable = files.filter(({ path }) => !WRITE_IMPORTS.includes(path));
    expect(
      pairs(readable, ({ path }) => path !== undefined && !known.has(path) && !/\.(json|svelte)$/.test(path)),
    ).toEqual([]);
  });

  it.each(Object.keys(LAYERS).filter((name) => name !== 'test'))('%s imports only what it may', (name) => {
    const { mayImport, mayImportTypes = [], packages, typePackages, isFlat = false } = LAYERS[name]!;
    const allowed = new Set([...mayImport, ...(isFlat ? [] : [name])]);
    const own = sources.filter(({ path }) => layerOf(path) === name);
    const isForbidden = ({ from, path, isTypeOnly }: ResolvedImport) => {
      if (path === undefined) return !packages.test(from) && !(isTypeOnly && typePackages?.test(from));
      const target = layerOf(path) ?? 'nowhere';
      return !allowed.has(target) && !(isTypeOnly && mayImportTypes.includes(target));
    };
    expect(pairs(own, isForbidden)).toEqual([]);
  });

  it('make no circle, not even of types', () => {
    const edges = new Map(files.map(({ path, imports }) => [path, imports.flatMap((one) => one.path ?? [])]));
    expect(findCycle(edges)).toBeUndefined();
  });
});

describe('the domain', () => {
  it.each(sources.filter(({ path }) => path.startsWith('lambdas/domain/')))(
    '$path knows no environment, no clock and no chance of its own',
    ({ text }) => {
      expect(text).not.toMatch(/\bprocess\.|\bDate\.now\(|new Date\(\)|Math\.random\(|\bfetch\(|\brandomUUID\(/);
    },
  );
});

describe('files', () => {
  it('say in their first line what they are for', () => {
    const isPurpose = (line = '') => /^\/\/ \S.{9,}/.test(line);
    const silent = files.filter(({ path, text }) => {
      if (path.endsWith('.test.ts')) return false; // Its describe and it say so.
      const [first, second] = text.split('\n');
      return !isPurpose(first?.startsWith('#!') ? second : first);
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('have at most 300 lines', () => {
    expect(sources.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('have under 60 lines where they are handlers', () => {
    const handlers = sources.filter(({ path }) => layerOf(path) === 'handlers');
    expect(handlers.filter(({ lines }) => lines >= 60).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('are named for what they export, in kebab-case', () => {
    const isWellNamed = (path: string) =>
      /(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.(test|browser|registry|d))?\.tsx?$/.test(path);
    expect(files.map(({ path }) => path).filter((path) => !isWellNamed(path))).toEqual([]);
    const saysNothing = /(^|\/)(index|utils?|helpers?|common|types?|misc|shared)\.tsx?$/;
    expect(files.map(({ path }) => path).filter((path) => saysNothing.test(path))).toEqual([]);
  });

  it('are no barrels', () => {
    expect(files.filter(({ text }) => isBarrel(text)).map(({ path }) => path)).toEqual([]);
  });
});

/** `importer → imported` of every import that matches. */
function pairs(of: SourceFile[], matches: (one: ResolvedImport) => boolean): string[] {
  return of.flatMap(({ path, imports }) => imports.filter(matches).map((one) => `${path} → ${one.path ?? one.from}`));
}
