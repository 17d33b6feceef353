// Reading imports by pattern must find every form that is in use, and nothing in comments and strings.
import { describe, expect, it } from 'vitest';
import { importsOf, isBarrel } from './imports.ts';

const from = (source: string) => importsOf(source).map((one) => one.from);

describe('importsOf', () => {
  it.each([
    ["import { a } from './a.ts';", './a.ts'],
    ["import a from 'a';", 'a'],
    ["import * as z from 'zod';", 'zod'],
    ["import a, { type B } from '@scope/a';", '@scope/a'],
    ["import './effect.ts';", './effect.ts'],
    ['import { a } from "./a.ts";', './a.ts'],
    ["import {\n  a,\n  type B as C,\n} from '../a.ts';", '../a.ts'],
    ["export { a } from './a.ts';", './a.ts'],
    ["export * from './a.ts';", './a.ts'],
    ["const a = await import('./a.ts');", './a.ts'],
  ])('%s', (source, expected) => {
    expect(from(source)).toEqual([expected]);
  });

  it('distinguishes type imports from others', () => {
    expect(importsOf("import type { A } from './a.ts';")).toEqual([
      { from: './a.ts', isTypeOnly: true, isReExport: false },
    ]);
    expect(importsOf("import { type A } from './a.ts';")[0]!.isTypeOnly).toBe(false);
  });

  it('finds several', () => {
    expect(from("import a from 'a';\nimport type { B } from 'b';\n\nexport const c = 1;")).toEqual(['a', 'b']);
  });

  it.each([
    "// import { a } from './a.ts';",
    "/*\nimport { a } from './a.ts';\n*/",
    "export const a = 'from';",
    "export function a() {\n  return 'b';\n}",
    'const text = `\n  see import x`;',
  ])('finds nothing in %j', (source) => {
    expect(from(source)).toEqual([]);
  });
});

describe('isBarrel', () => {
  it.each([
    ["// All.\nexport { a } from './a.ts';\nexport * from './b.ts';", true],
    ["export { a } from './a.ts';\nexport const b = 1;", false],
    ["import { a } from './a.ts';\na();", false],
    ['// Nothing.\n', false],
  ])('%j is %s', (source, expected) => {
    expect(isBarrel(source)).toBe(expected);
  });
});
