// npm run api: writes API.md.
import { writeFileSync } from 'node:fs';
import { apiDocument } from './api-document.ts';

writeFileSync(new URL('../API.md', import.meta.url), apiDocument());
