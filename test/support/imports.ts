// What a TypeScript file imports, read from its text: static, type-only, dynamic and re-exports.

export interface Import {
  /** As written: `../domain/deps.ts`, `node:fs`, `zod`. */
  from: string;
  /** Gone once compiled. */
  isTypeOnly: boolean;
  isReExport: boolean;
}

const STATIC = /^[ \t]*(import|export)\s+(type\s)?(?:[\w*$\s{},]+?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const found: Import[] = [];
  for (const [, keyword, type, from] of code.matchAll(STATIC)) {
    found.push({ from: from!, isTypeOnly: type !== undefined, isReExport: keyword === 'export' });
  }
  for (const [, from] of code.matchAll(DYNAMIC)) found.push({ from: from!, isTypeOnly: false, isReExport: false });
  return found;
}

/** Nothing but re-exports: a file that only makes it longer to find out where a thing is. */
export function isBarrel(source: string): boolean {
  const code = withoutComments(source);
  return importsOf(source).some((one) => one.isReExport) && code.replace(STATIC, '').replace(/[;\s]/g, '') === '';
}

/** Comments that stand on lines of their own, and blocks; a `//` inside a string stays. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^[ \t]*\/\/.*$/gm, '');
}
