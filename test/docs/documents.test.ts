// Every document: its links lead somewhere, the files and scripts it names exist, its lists agree with the code.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COUNTED_BY } from '../../lib/service-metrics.ts';
import { settingsSchema } from '../../lib/settings.ts';
import { type LocalParts, localRoutes } from '../../local/control-routes.ts';
import { FAULT_KINDS } from '../../local/faults.ts';
import { BILLING_UNITS } from '../../local/meter.ts';
import { KNOWN_SERVICES } from '../../local/service-failures.ts';
import {
  blocks,
  brokenLinks,
  documents,
  namedPaths,
  namedScripts,
  ROOT,
  readDocument,
  section,
  tabledNames,
} from './markdown.ts';

const packageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe.each(documents())('%s', (path) => {
  it('has no broken link', () => {
    expect(brokenLinks(path)).toEqual([]);
  });
  it('names only files that exist', () => {
    expect(namedPaths(path).filter((named) => !existsSync(join(ROOT, named)))).toEqual([]);
  });
  it('names only scripts that exist', () => {
    expect(namedScripts(path).filter((script) => !(script in packageJson.scripts))).toEqual([]);
  });
});

describe('docs/images', () => {
  it('take 600 KB at most, so that a clone and a page load fast', () => {
    const folder = join(ROOT, 'docs/images');
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(600_000);
  });
});

describe('ARCHITECTURE.md', () => {
  const document = readDocument('ARCHITECTURE.md');

  it('gives a reason for every dependency, and for no other', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'local/package.json'), 'utf8'));
    const installed = Object.keys({ ...packageJson.devDependencies, ...optionalDependencies });
    expect(tabledNames(section(document, 'Dependencies')).sort()).toEqual(installed.sort());
  });

  it('lists every kind of row', () => {
    const keys = readDocument('lambdas/aws/keys.ts');
    const prefixes = [...keys.matchAll(/[`'](#?[A-Z]+#|[A-Z]{4,}(?='))/g)].map((found) => found[1]!);
    const table = section(document, 'The table');
    for (const prefix of new Set(prefixes)) expect(table, `rows that start with ${prefix}`).toContain(`\`${prefix}`);
  });
});

describe('docs/operate.md', () => {
  const document = readDocument('docs/operate.md');

  it('lists every metric, and no other', () => {
    const own = [...Object.keys(COUNTED_BY), 'delivery_latency', 'live_connections'];
    expect(tabledNames(section(document, 'Metrics')).sort()).toEqual(own.sort());
  });

  it('names settings that are read', () => {
    const { text } = blocks(document).find(({ label }) => label === 'settings')!;
    expect(settingsSchema.safeParse(JSON.parse(text)).success).toBe(true);
  });
});

describe('docs/local-runtime.md', () => {
  const document = readDocument('docs/local-runtime.md');

  it('lists every route of /_local/, and no other', () => {
    const { routes } = localRoutes({} as LocalParts);
    const table = section(document, 'Control API').split('###')[0]!;
    const documented = tabledNames(table).filter((name) => name.includes('/_local/'));
    expect(documented.sort()).toEqual(Object.keys(routes).sort());
  });

  it('lists every kind of fault, every service and every unit', () => {
    const faults = section(document, 'Faults');
    expect(tabledNames(faults)).toEqual([...FAULT_KINDS]);
    for (const service of KNOWN_SERVICES) expect(faults).toContain(`\`${service}\``);
    expect(tabledNames(section(document, 'Meter'))).toEqual([...BILLING_UNITS]);
  });
});
