// How a glyph is drawn: strokes on a 16 × 16 grid, in the colour of the text around them.
import { html, type TemplateResult } from 'lit/html.js';

export const BELL =
  'M8 1.8a4 4 0 0 0-4 4c0 3.1-.7 4.4-1.8 5.9h11.6C12.7 10.2 12 8.9 12 5.8a4 4 0 0 0-4-4ZM6.6 13.7a1.6 1.6 0 0 0 2.8 0';
export const RETRY = 'M13 8a5 5 0 1 1-1.6-3.7M11.8 1.6v3H8.8';

export function glyph(path: string, className = ''): TemplateResult {
  return html`<svg class=${className} viewBox="0 0 16 16" aria-hidden="true"><path d=${path}></path></svg>`;
}
