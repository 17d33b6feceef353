// npm run build: everything `npm pack` puts into the package, below dist/.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleHandler, writeBundle } from '../lib/bundle-handler.ts';
import { compileEntries } from './compile-entries.ts';
import { writeDeclarations } from './declarations.ts';
import { ENTRIES, FUNCTIONS } from './entries.ts';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

rmSync(DIST, { recursive: true, force: true });
for (const name of FUNCTIONS) writeBundle(bundleHandler(name), join(DIST, 'functions', name));
await compileEntries(ENTRIES, DIST);
writeDeclarations(ENTRIES, DIST);
