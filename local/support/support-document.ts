// Writes what the parts say of themselves as Markdown: how they differ from AWS, and what they do with each property.

import type { Fields, PartSupport, Rule, TypeSupport } from './rule.ts';
import { isIgnored } from './rule.ts';

const HEAD = `# What the local runtime emulates

Generated from the tables that the runtime obeys (\`local/*/support.ts\`) by \`npm run support\`: don't edit.

Differences are known and deliberate. Whatever isn't listed and behaves otherwise than AWS is a bug. A template with a
resource type or a property that isn't listed here doesn't start: the error names it.
`;

export function supportDocument(parts: readonly PartSupport[]): string {
  return `${HEAD}\n${parts.map(partSection).join('\n')}`;
}

function partSection({ title, types, differences }: PartSupport): string {
  const rows = Object.entries(types).flatMap(([type, support]) => typeRows(type, support));
  const list = differences.map((difference) => `${wrapped(`- ${difference}`)}\n`).join('');
  const table = ['| Type and property | Here |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)];
  return `## ${title}\n\n${list}\n${table.join('\n')}\n`;
}

type Row = [what: string, here: string];

/** Emulated properties share a row; any other has its own. */
function typeRows(type: string, support: TypeSupport): Row[] {
  if (isIgnored(support)) return [[`\`${type}\``, `Ignored: ${support.ignoredWhole}`]];
  const emulated: string[] = [];
  const others: Row[] = [];
  collect(support, '', emulated, others);
  const names = emulated.map((name) => `\`${name}\``).join(', ');
  return [[`\`${type}\``, names === '' ? '' : `Emulated: ${names}`], ...others];
}

function collect(fields: Fields, path: string, emulated: string[], others: Row[]): void {
  for (const [name, rule] of Object.entries(fields)) {
    const here = path + (name === '*' ? 'any other' : name);
    const inner = rule.kind === 'list' ? rule.item : rule;
    if (rule.kind === 'list' && Number.isFinite(rule.atMost)) others.push([cell(here), `At most ${rule.atMost}`]);
    if (inner.kind === 'fields') collect(inner.fields, `${here}.`, emulated, others);
    else if (inner.kind === 'emulated') emulated.push(here);
    else others.push([cell(here), ruleText(inner)]);
  }
}

const cell = (name: string) => `— \`${name}\``;

function ruleText(rule: Rule): string {
  if (rule.kind === 'ignored') return `Ignored: ${rule.why}`;
  if (rule.kind === 'refused') return `Refused: ${rule.instead}`;
  if (rule.kind === 'only') return `Only ${rule.values.map((value) => `\`${value}\``).join(', ')}: ${rule.instead}`;
  return 'Emulated';
}

const LINE = 120;

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last]!.length + word.length >= LINE) lines.push(`  ${word}`);
    else lines[last] += lines[last] === '' ? word : ` ${word}`;
  }
  return lines.join('\n');
}
