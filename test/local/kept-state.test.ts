import { appendFileSync, existsSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeptState } from '../../local/kept-state.ts';

let folder: string;
let file: string;
const lines: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-kept-'));
  file = join(folder, 'table.db.runtime.jsonl');
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));
const open = () => openKeptState(file, (line) => lines.push(line));

describe('what the runtime keeps', () => {
  it('is there at the next start, in its order, without what was deleted', () => {
    const before = open();
    before.set('schedule', 'b', { due: 1 });
    before.set('schedule', 'a', { due: 2 });
    before.set('endpoint', 'a', { token: 'x' });
    before.set('schedule', 'b', { due: 3 });
    before.set('schedule', 'c', 4);
    before.delete('schedule', 'c');
    before.delete('schedule', 'never set');
    // Not closed: a killed process closes nothing.
    const after = open();
    expect(after.entries('schedule')).toEqual([
      ['b', { due: 3 }],
      ['a', { due: 2 }],
    ]);
    expect(after.entries('endpoint')).toEqual([['a', { token: 'x' }]]);
    before.close();
    after.close();
  });

  it('brings bytes back as bytes', () => {
    const before = open();
    before.set('message', 'm', { attribute: { BinaryValue: Buffer.from([0, 255]) } });
    const [[, value] = []] = open().entries<{ attribute: { BinaryValue: Buffer } }>('message');
    expect(value?.attribute.BinaryValue).toEqual(Buffer.from([0, 255]));
  });

  it('loses only the line that was cut in the middle', () => {
    const before = open();
    before.set('schedule', 'a', 1);
    before.close();
    appendFileSync(file, '["schedule","b",{"cut":');
    const after = open();
    expect(after.entries('schedule')).toEqual([['a', 1]]);
    after.set('schedule', 'c', 3);
    expect(open().entries('schedule')).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
  });

  it('is for its owner only', () => {
    open().set('schedule', 'a', 1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not grow with its history', () => {
    const kept = open();
    const value = 'x'.repeat(100_000);
    for (let n = 0; n < 400; n++) {
      kept.set('message', `m${n}`, value);
      kept.delete('message', `m${n}`);
    }
    kept.set('message', 'last', 'kept');
    expect(statSync(file).size).toBeLessThan(17 * 1024 * 1024);
    expect(open().entries('message')).toEqual([['last', 'kept']]);
  });

  // https://man7.org/linux/man-pages/man4/full.4.html: every write fails for want of space.
  it.runIf(existsSync('/dev/full'))('takes nothing on a full disk, and says so once', () => {
    const kept = openKeptState(
      file,
      (line) => lines.push(line),
      () => openSync('/dev/full', 'a'),
    );
    for (let n = 0; n < 3; n++)
      expect(() => kept.set('schedule', 'b', 2)).toThrow(/could not write to its disk: .*ENOSPC/);
    expect(kept.entries('schedule')).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/cannot be written: .*ENOSPC/)]);
    kept.close();
  });
});
