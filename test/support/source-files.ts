// Every source file of the project and what it imports, for the tests of its shape.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Import, importsOf } from './imports.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = [
  'bin',
  'iam-reference',
  'lib',
  'protocol',
  'lambdas',
  'client',
  'examples',
  'console',
  'local',
  'bench',
  'packaging',
  'producer',
  'test',
];

export interface SourceFile {
  /** From the root, with slashes: `lambdas/domain/deliver.ts`. */
  path: string;
  text: string;
  lines: number;
  imports: ResolvedImport[];
}
export interface ResolvedImport extends Import {
  /** Path of a file of the project; undefined for a package or a module of Node. */
  path?: string;
}

export function sourceFiles(): SourceFile[] {
  return FOLDERS.filter((folder) => existsSync(ROOT + folder))
    .flatMap((folder) =>
      readdirSync(ROOT + folder, { recursive: true }).map((name) => posix.join(folder, String(name))),
    )
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules/'))
    .sort()
    .map((path) => {
      const text = readFileSync(ROOT + path, 'utf8');
      const imports = importsOf(text).map((one) => ({ ...one, path: resolve(path, one.from) }));
      return { path, text, lines: text.trimEnd().split('\n').length, imports };
    });
}

function resolve(importer: string, from: string): string | undefined {
  return from.startsWith('.') ? posix.join(posix.dirname(importer), from) : undefined;
}
