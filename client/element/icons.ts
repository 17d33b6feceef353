// The glyphs of panel and toasts, by name.
import type { TemplateResult } from 'lit/html.js';
import { glyph } from './glyph.ts';
import { GLYPHS, type Glyph } from './glyph-paths.ts';

/** A glyph by its name, or the path data of an icon that the page brings along. */
export function icon(nameOrPath: string, className = ''): TemplateResult {
  const path = Object.hasOwn(GLYPHS, nameOrPath) ? GLYPHS[nameOrPath as Glyph] : nameOrPath;
  return glyph(path, className);
}
