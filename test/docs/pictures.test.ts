// The pictures of the documents are what their sources say, and each is shown somewhere.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, ROOT, readDocument } from './markdown.ts';

const sources = readdirSync(join(ROOT, 'docs/pictures'));
const texts = documents().map(readDocument);

describe.each(sources)('docs/pictures/%s', (source) => {
  const image = source.replace(/\.dot$/, '.svg');
  it('is drawn as it is now: npm run docs:pictures', () => {
    const digest = createHash('sha256')
      .update(readDocument(`docs/pictures/${source}`))
      .digest('hex')
      .slice(0, 16);
    expect(readDocument(`docs/images/${image}`).split('\n')[0]).toBe(`<!-- from docs/pictures/${source} ${digest} -->`);
  });
  it('is shown in a document', () => {
    expect(texts.some((text) => text.includes(`images/${image})`))).toBe(true);
  });
});

it('every SVG has a source', () => {
  const drawn = readdirSync(join(ROOT, 'docs/images')).filter((name) => name.endsWith('.svg'));
  expect(drawn.map((name) => name.replace(/\.svg$/, '.dot')).sort()).toEqual([...sources].sort());
});
