// The document about what the runtime emulates is the one its tables make.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { supportDocument } from '../../../local/support/support-document.ts';
import { PARTS, supportedTypes } from '../../../local/template/supported.ts';

describe('docs/local-runtime-support.md', () => {
  it('is what `npm run support` writes', () => {
    const written = readFileSync(new URL('../../../docs/local-runtime-support.md', import.meta.url), 'utf8');
    expect(written, 'run npm run support').toBe(supportDocument(PARTS));
  });

  it('names every type once, and says of each property what is done with it', () => {
    const document = supportDocument(PARTS);
    for (const type of Object.keys(supportedTypes)) expect(document.split(`| \`${type}\` |`)).toHaveLength(2);
    expect(document).toMatch(/`FifoQueue` \| Only `false`: use a standard queue/);
    expect(document).toMatch(/`Layers` \| Refused: bundle what the function needs/);
    expect(document).toMatch(/`SqsManagedSseEnabled` \| Ignored: nothing is encrypted at rest/);
  });

  it('no type belongs to two parts', () => {
    expect(PARTS.flatMap(({ types }) => Object.keys(types))).toHaveLength(Object.keys(supportedTypes).length);
  });
});
