// How large a bundle is, and what is in it.
import { gzipSync } from 'node:zlib';
import type { Bundle } from '../lib/bundle-handler.ts';

export function bundleSize({ code }: Bundle): { rawBytes: number; gzipBytes: number } {
  return { rawBytes: code.length, gzipBytes: gzipSync(code).length };
}

/** Packages, and our own folders, with their bytes, the largest first. */
export function contentsOf({ metafile }: Bundle): [string, number][] {
  const bytes = new Map<string, number>();
  const [output] = Object.values(metafile.outputs);
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const part = packageOf(path) ?? path.split('/')[0] ?? path;
    bytes.set(part, (bytes.get(part) ?? 0) + bytesInOutput);
  }
  return [...bytes].sort(([, a], [, b]) => b - a);
}

function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}
