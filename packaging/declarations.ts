// The package's type declarations: emitted by the compiler, then as much of them as the entry points reach.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry } from './entries.ts';
import { type SchemaTypes, schemaTypes } from './schema-types.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Types inferred from its schemas are written out; the package itself is not needed to read them. */
const SCHEMAS = 'zod';
const SPECIFIER = /(\bfrom\s+|\bimport\(\s*|\bimport\s+)(['"])([^'"\n]+)\2/g;

/**
 * One tree for `import` and one for `require`, because a declaration is read as the module format of its package.json.
 */
const FORMATS = { esm: 'module', cjs: 'commonjs' } as const;

export function writeDeclarations(entries: Entry[], dist: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'carillon-types-'));
  try {
    emit(entries, emitted);
    const files = withSchemas(join(emitted, 'tsconfig.json'), (withoutSchemas) =>
      entries.reduce((found, entry) => reach(entry, { emitted, withoutSchemas }, found), new Map<string, string>()),
    );
    for (const [format, type] of Object.entries(FORMATS)) {
      const folder = join(dist, 'types', format);
      write(join(folder, 'package.json'), `${JSON.stringify({ type })}\n`);
      for (const [path, text] of files) write(join(folder, path), text);
    }
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

function emit(entries: Entry[], outDir: string): void {
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      emitDeclarationOnly: true,
      declaration: true,
      rootDir: ROOT,
      outDir,
      // The client's; to declarations of other entries they make no difference.
      lib: ['es2023', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    files: entries.map(({ source }) => join(ROOT, source)),
    include: [],
  };
  const path = join(outDir, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', path], { stdio: 'inherit' });
}

/** Starts the compiler once, when the first declaration needs it. */
function withSchemas<Result>(tsconfig: string, use: (withoutSchemas: (path: string) => string) => Result): Result {
  let types: SchemaTypes | undefined;
  try {
    return use((path) => {
      types ??= schemaTypes(ROOT, tsconfig);
      return types.without(SCHEMAS, join(ROOT, path.replace(/\.d\.ts$/, '.ts')));
    });
  } finally {
    types?.close();
  }
}

interface Emitted {
  /** The folder the compiler wrote to. */
  emitted: string;
  withoutSchemas(path: string): string;
}

/** The declarations an entry leads to, by their path; refuses a package that a consumer need not have. */
function reach(entry: Entry, { emitted, withoutSchemas }: Emitted, found: Map<string, string>): Map<string, string> {
  const waiting = [declarationOf(entry.source)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const written = readFileSync(join(emitted, path), 'utf8');
    const text = written.includes(`from '${SCHEMAS}'`) ? withoutSchemas(path) : written;
    const from = path;
    found.set(
      path,
      // A declaration beside it: `./intake.ts` in the source is `./intake.js` to every version of TypeScript.
      text.replace(SPECIFIER, (_all, before: string, quote: string, specifier: string) => {
        if (specifier.startsWith('.')) {
          waiting.push(declarationOf(join(dirname(from), specifier)));
          return `${before}${quote}${specifier.replace(/\.tsx?$/, '.js')}${quote}`;
        }
        const isPeer = entry.peers.some((peer) => specifier === peer || specifier.startsWith(`${peer}/`));
        if (!isPeer)
          throw new Error(
            `${entry.name}: the types of ${from} need the package ${specifier}, which a consumer may not have. ` +
              'Move the types into a file of their own, or add the package to the peers of the entry.',
          );
        return `${before}${quote}${specifier}${quote}`;
      }),
    );
  }
  return found;
}

const declarationOf = (source: string): string => source.replace(/\.tsx?$/, '.d.ts');

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
