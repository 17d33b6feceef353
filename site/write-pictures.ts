// npm run docs:pictures: draws docs/pictures/*.dot as docs/images/*.svg, which follow the reader's light or dark theme.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { instance } from '@viz-js/viz';

const PICTURES = new URL('../docs/pictures/', import.meta.url);
const IMAGES = new URL('../docs/images/', import.meta.url);

/** For every graph, so that the sources say only what is drawn. */
const DEFAULTS = {
  graphAttributes: { fontname: 'sans-serif', fontsize: 12, nodesep: 0.35, ranksep: 0.55, bgcolor: 'transparent' },
  nodeAttributes: { fontname: 'sans-serif', fontsize: 13, shape: 'box', style: 'rounded', margin: '0.2,0.09' },
  edgeAttributes: { fontname: 'sans-serif', fontsize: 12, arrowsize: 0.7 },
};

/** Colour only for outcomes; the rest is text on the page's background. */
const STYLE = `<style>
svg { --text: #1c2330; --line: #6b7686; --good: #14804a; --bad: #b3261e; --page: #fff }
@media (prefers-color-scheme: dark) { svg { --text: #e7ebf2; --line: #8d98a9; --good: #4cc38a; --bad: #ff8f84; --page: #1b1b1f } }
text { fill: var(--text); font-family: system-ui, sans-serif; font-size: 11.5px }
.edge text { font-size: 10.5px; paint-order: stroke; stroke: var(--page); stroke-width: 4px }
.node :is(path, polygon, ellipse), .cluster :is(path, polygon) { stroke: var(--line); fill: none }
.edge path { stroke: var(--line); fill: none }
.edge polygon { stroke: var(--line); fill: var(--line) }
.good :is(path, polygon) { stroke: var(--good) }
.bad :is(path, polygon) { stroke: var(--bad) }
</style>`;

const viz = await instance();
for (const file of readdirSync(PICTURES)) {
  const source = readFileSync(new URL(file, PICTURES), 'utf8');
  const title = /digraph "([^"]+)"/.exec(source)![1]!;
  const drawn = viz.renderString(source, { ...DEFAULTS, format: 'svg' });
  const svg = drawn
    .slice(drawn.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/ (?:stroke|fill)="[^"]*"/g, '')
    .replace('>', ` role="img" aria-label="${title}">\n${STYLE}`);
  // The test compares it, without drawing.
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 16);
  writeFileSync(
    new URL(file.replace(/\.dot$/, '.svg'), IMAGES),
    `<!-- from docs/pictures/${file} ${digest} -->\n${svg}`,
  );
}
