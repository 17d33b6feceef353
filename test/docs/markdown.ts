// Reads the documents as data: fenced blocks with their labels, tables below a heading, links, paths in backticks.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  language: string;
  /** What follows the language: ```json server */
  label: string;
  text: string;
  line: number;
}

export const readDocument = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** README.md and its like, and everything under docs/. */
export function documents(): string[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return [...top, ...below].sort();
}

export function blocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\S*)[ ]?(.*)\n([\s\S]*?)^```$/gm)].map((found) => ({
    language: found[1]!,
    label: found[2]!.trim(),
    text: found[3]!,
    line: markdown.slice(0, found.index).split('\n').length,
  }));
}

/** The section below a heading, up to the next heading of the same or a higher level. */
export function section(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`There is no heading "${heading}".`);
  const level = /^#+/.exec(lines[start]!)![0].length;
  const end = lines.findIndex((line, at) => at > start && new RegExp(`^#{1,${level}} `).test(line));
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

/** Cells of every table row, heads and rules left out. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  return lines
    .filter((line, at) => line.startsWith('|') && !isRule(line) && !isRule(lines[at + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

const isRule = (line: string): boolean => /^\|(\s*:?-+:?\s*\|)+$/.test(line);

/** Names in backticks in the first cells of a section's tables. */
export function tabledNames(markdown: string): string[] {
  return tableRows(markdown).flatMap(([first = '']) => [...first.matchAll(/`([^`]+)`/g)].map((found) => found[1]!));
}

const withoutBlocks = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '');

/** Relative links that lead nowhere, as `text -> target`. */
export function brokenLinks(path: string): string[] {
  const markdown = withoutBlocks(readDocument(path));
  return [...markdown.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
    .map((found) => found[1]!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !resolves(path, target));
}

function resolves(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? join(ROOT, from) : join(ROOT, dirname(from), file);
  if (!existsSync(path) || relative(ROOT, path).startsWith('..')) return false;
  return anchor === undefined || anchors(readFileSync(path, 'utf8')).includes(anchor);
}

/** As GitHub makes them from headings. */
function anchors(markdown: string): string[] {
  return [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map((found) =>
    found[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** Files and folders of this repository that a document names in backticks. */
export function namedPaths(path: string): string[] {
  const tops = 'bin|lib|protocol|lambdas|local|test|bench|docs|client|packaging|\\.ci';
  const pattern = new RegExp(`\`((?:${tops})/[\\w./-]*|[\\w.-]+\\.(?:md|json|ts))\``, 'g');
  return [...withoutBlocks(readDocument(path)).matchAll(pattern)].map((found) => found[1]!);
}

/** `npm start`, `npm test` and `npm run [--silent] <name>` anywhere in a document. */
export function namedScripts(path: string): string[] {
  const found = [...readDocument(path).matchAll(/\bnpm (start|test\b|run (?:--silent )?(\w[\w:-]*))/g)];
  return [...new Set(found.map((match) => match[2] ?? match[1]!))];
}
