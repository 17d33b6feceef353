// Loads a bundle's handler by Lambda's rules, whether the bundle is an ES module or CommonJS.
import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionError } from './messages.ts';

export type Handler = (event: unknown, context: object) => unknown;

export class InitError extends Error {
  readonly errorType: string;
  constructor({ errorType, errorMessage }: FunctionError) {
    super(errorMessage);
    this.errorType = errorType;
  }
}

/** `handler` is `index.handler`, or with folders `src/index.handler`. */
export async function loadHandler(bundleDir: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  const [modulePath, exported] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const file = ['.js', '.mjs', '.cjs'].map((end) => join(bundleDir, modulePath + end)).find((path) => existsSync(path));
  if (!file) {
    throw new InitError({ errorType: 'Runtime.ImportModuleError', errorMessage: `Cannot find module '${modulePath}'` });
  }
  const loaded = isEsModule(file, bundleDir) ? await import(pathToFileURL(file).href) : loadCommonJs(file);
  const found = loaded[exported] ?? loaded.default?.[exported];
  if (typeof found !== 'function') {
    throw new InitError({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: `${handler} is undefined or not a function`,
    });
  }
  if (found.length >= 3) {
    throw new InitError({
      errorType: 'Runtime.CallbackHandlerDeprecated',
      errorMessage: `${handler} takes a callback, which Lambda's Node.js 24 no longer has; make it an async function`,
    });
  }
  return found;
}

/** A .js file is what the bundle's own package.json says; on Lambda no folder above the bundle has one. */
function isEsModule(file: string, bundleDir: string): boolean {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = dirname(file); folder.startsWith(bundleDir); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  }
  return false;
}

/** As `require` would, but without looking for a package.json above the bundle: this project's own says "module". */
function loadCommonJs(file: string): Record<string, any> {
  const { _nodeModulePaths } = Module as unknown as { _nodeModulePaths(folder: string): string[] };
  const module = new Module(file) as Module & { _compile(code: string, filename: string): void };
  module.filename = file;
  module.paths = _nodeModulePaths(dirname(file));
  module._compile(readFileSync(file, 'utf8'), file);
  return module.exports;
}
