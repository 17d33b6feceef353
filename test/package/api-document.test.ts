import { expect, it } from 'vitest';
import { apiDocument } from '../../packaging/api-document.ts';
import { readDocument } from '../docs/markdown.ts';

it('API.md is what the types say; npm run api writes it', () => {
  expect(readDocument('API.md')).toBe(apiDocument());
});
