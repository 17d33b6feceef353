// Bundles one handler with esbuild: everything inside, the AWS SDK too, because what is bundled starts faster.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';

export const LAMBDAS = fileURLToPath(new URL('../lambdas/', import.meta.url));
/** Beside the assemblies of the local runtime, and as easily thrown away. */
const BUNDLES = fileURLToPath(new URL('../.carillon/bundles/', import.meta.url));

/** Some dependencies are CommonJS and call require for Node's own modules; ESM has none unless it is made. */
const REQUIRE_BANNER =
  "import{createRequire as carillonRequire}from'node:module';const require=carillonRequire(import.meta.url);";

const OPTIONS = {
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  platform: 'node',
  // One bundle for a developer's Node 20 and Lambda's Node 24.
  target: 'node20',
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE_BANNER },
  legalComments: 'none',
  logLevel: 'error',
  metafile: true,
  outfile: 'index.mjs',
} as const satisfies BuildOptions;

export interface Bundle {
  code: Uint8Array;
  /** What is inside, and how much of it. */
  metafile: Metafile;
}

const made = new Map<string, Bundle>();

/** The same bytes for the same sources: nothing in it depends on the machine or the folder. Made once a process. */
export function bundleHandler(name: string): Bundle {
  let bundle = made.get(name);
  if (!bundle) {
    bundle = bundleNow(name);
    made.set(name, bundle);
  }
  return bundle;
}

const bundleNow = (name: string): Bundle => bundleFrom(LAMBDAS, name);

/** Of another folder's sources, such as those of an earlier commit. */
export function bundleFrom(lambdas: string, name: string): Bundle {
  const alias = { '@aws-sdk/credential-provider-node': join(lambdas, 'aws/environment-credentials.ts') };
  const result = buildSync({ ...OPTIONS, alias, entryPoints: [join(lambdas, 'handlers', `${name}.ts`)] });
  const code = result.outputFiles[0]!.contents;
  return { code, metafile: result.metafile };
}

/** Writes the bundle as `index.mjs` into a folder of its own. */
export function writeBundle(bundle: Bundle, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.mjs');
  if (existsSync(file) && readFileSync(file).equals(bundle.code)) return;
  // Whole or not at all: another synthesis may be reading the file.
  const written = `${file}.${process.pid}`;
  writeFileSync(written, bundle.code);
  renameSync(written, file);
}

/** The folder with the function's code, made by this call. CDK names the asset after what is in it. */
export function bundledFolder(name: string): string {
  const folder = join(BUNDLES, name);
  writeBundle(bundleHandler(name), folder);
  return folder;
}
