// Every block of tests that asserts AWS's behaviour says where AWS documents it, or was recorded to do it.
import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../support/source-files.ts';
import { blocksOf, serviceOf } from './citations.ts';

/** What they assert is ours: fuzzing, load, the runtime's own engines, files, logs and clock. */
const OURS = new Set([
  ...[
    'whatever comes in',
    'many',
    'on dynalite',
    'bundles',
    'the clock',
    'logs',
    'what is not emulated',
    'an event that the bus accepted',
    '',
  ],
]);

describe('a block of tests about an AWS service', () => {
  const files = sourceFiles().filter(({ path }) => path.endsWith('.test.ts') && serviceOf(path) !== undefined);

  it.each(files)('names its source in $path', ({ text }) => {
    const blocks = blocksOf(text);
    expect(blocks.filter(({ title, isCited }) => !isCited && !OURS.has(title)).map(({ title }) => title)).toEqual([]);
  });

  it('is cited by a comment with a page of AWS, and not by another', () => {
    const block = (comment: string) =>
      `import x from 'y';\n\n${comment}\ndescribe('a', () => {\n  it('b', () => {});\n});\n`;
    expect(blocksOf(block('// https://docs.aws.amazon.com/x'))[0]).toEqual({ title: 'a', isCited: true });
    expect(blocksOf(block('// https://example.com/x'))[0]).toEqual({ title: 'a', isCited: false });
    expect(blocksOf(block(''))[0]).toEqual({ title: 'a', isCited: false });
  });
});
