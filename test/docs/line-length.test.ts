// Text is at most 120 characters wide, so that it can be read beside something else.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX = 120;
/** Written by commands, from texts that are checked where they are. */
const GENERATED = ['API.md', 'docs/deploy-rules.md', 'docs/local-runtime-support.md', 'docs/cost.md'];

const files = execFileSync('git', ['ls-files', '*.md', '*.ts', '*.tsx'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && !GENERATED.includes(path));

/** A table's row, a heading and a link have no place to break; what is in a block of code is as it is run. */
function tooLongInMarkdown(text: string): string[] {
  let isCode = false;
  return text.split('\n').filter((line) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    return !isCode && line.length > MAX && !/^(\||#)/.test(line) && !/https?:\/\/\S{60}/.test(line);
  });
}

/** The formatter breaks code where it can: what it leaves long has a long text. Comments are ours to break. */
function tooLongInCode(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.length > MAX && /^\s*(\/\/|\/?\*)/.test(line) && !/https?:\/\/\S{60}/.test(line));
}

it('no comment and no line of a document is longer', () => {
  const tooLong = files.flatMap((path) => {
    const text = readFileSync(ROOT + path, 'utf8');
    const lines = path.endsWith('.md') ? tooLongInMarkdown(text) : tooLongInCode(text);
    return lines.map((line) => `${path}: ${line}`);
  });
  expect(tooLong).toEqual([]);
});
