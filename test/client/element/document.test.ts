// docs/bell.md names what the element has: properties, events, parts, variables, types. And importing the element needs
// no browser.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NotificationBell } from '../../../client/element/notification-bell.ts';
import { lookOf } from '../../../client/element/type-looks.ts';
import { ROOT, readDocument, section, tableRows } from '../../docs/markdown.ts';

const FOLDER = join(ROOT, 'client/element');
const source = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
  .join('\n');
const document = readDocument('docs/bell.md');
const found = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].sort();
describe('docs/bell.md', () => {
  it('lists every attribute and property', () => {
    const rows = tableRows(section(document, 'Attributes and properties'));
    const named = (column: number) => found(rows.map((cells) => cells[column]).join(), /`([\w-]+)`/g);
    expect(named(0)).toEqual([...NotificationBell.observedAttributes].sort());
    expect(named(1)).toEqual(found(source, /^ {2}declare (\w+)\?:/gm));
  });

  it('lists every event', () => {
    const rows = tableRows(section(document, 'Events'));
    const events = readFileSync(join(ROOT, 'client/core/dom-events.ts'), 'utf8') + source;
    expect(rows.map((cells) => cells[0]!.replaceAll('`', '')).sort()).toEqual(
      found(events, /'((?:notifications?:\w+)|sync_notify)'/g),
    );
  });

  it('lists every CSS variable and part', () => {
    const appearance = section(document, 'Appearance');
    expect(found(tableRows(appearance).join(), /`(--nb-[\w-]+)`/g)).toEqual(found(source, /var\((--nb-[\w-]+)/g));
    const parts = /Parts:([\s\S]+?)\.\n/.exec(appearance)![1]!;
    expect(found(parts, /`(\w+)`/g)).toEqual(found(source, /\bpart="(\w+)"/g));
  });

  it('gives every type the look it has', () => {
    for (const [types, icon, color] of tableRows(section(document, 'Types'))) {
      for (const type of found(types!, /`([\w.]+)`/g)) expect([type, lookOf(type)]).toEqual([type, { icon, color }]);
    }
  });
});

it('<notification-bell> can be imported on a server, where there are no elements', () => {
  expect('customElements' in globalThis).toBe(false);
  expect(NotificationBell).toBeTypeOf('function');
});
