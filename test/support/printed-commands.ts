// Runs the commands that a section of a document prints, against the stack of a test.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { blocks, ROOT, readDocument, section } from '../docs/markdown.ts';
import type { StackUnderTest } from './stack-under-test.ts';

/** Everything they print. */
export async function runPrinted(stack: StackUnderTest, document: string, heading: string): Promise<string> {
  const env = { ...process.env, PORT: new URL(stack.outputs.http_url!).port };
  let printed = '';
  for (const { text, language } of blocks(section(readDocument(document), heading))) {
    if (language !== 'sh') continue;
    for (const line of text.trim().split('\n')) {
      const { stdout } = await promisify(execFile)('bash', ['-euc', line], { cwd: ROOT, env });
      printed += stdout;
      await stack.local.settle();
    }
  }
  return printed;
}
