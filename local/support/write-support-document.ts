// Writes docs/local-runtime-support.md: `npm run support`.
import { writeFile } from 'node:fs/promises';
import { PARTS } from '../template/supported.ts';
import { supportDocument } from './support-document.ts';

await writeFile(new URL('../../docs/local-runtime-support.md', import.meta.url), supportDocument(PARTS));
