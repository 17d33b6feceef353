// Puts the tables of costs into a document, between its comments: `<!-- costs: month -->` … `<!-- end of costs -->`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Figures } from '../figures.ts';
import { hostedTable, monthTable, readmeTable, scenarioTable } from './cost-tables.ts';

const TABLES: Record<string, (figures: Figures) => string> = {
  scenarios: scenarioTable,
  month: monthTable,
  hosted: hostedTable,
  readme: readmeTable,
};
const PLACE = /(<!-- costs: (\w+) -->\n)[\s\S]*?(<!-- end of costs -->)/g;
/** Documents with such tables. */
export const COST_DOCUMENTS = ['docs/cost.md', 'README.md'];

/** Throws for a table that does not exist. */
export function filled(document: string, figures: Figures): string {
  return document.replace(PLACE, (_whole, before: string, name: string, after: string) => {
    const table = TABLES[name];
    if (!table) throw new Error(`There is no table of costs named ${name}: ${Object.keys(TABLES).join(', ')}.`);
    return `${before}\n${table(figures)}\n\n${after}`;
  });
}

export function fillDocuments(figures: Figures): void {
  for (const name of COST_DOCUMENTS) {
    const path = fileURLToPath(new URL(`../../${name}`, import.meta.url));
    writeFileSync(path, filled(readFileSync(path, 'utf8'), figures));
  }
}
