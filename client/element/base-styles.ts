// Tokens, and what every part of the bell shares. A page sets `--nb-…` on the element or anywhere above it.
import { css } from './css.ts';

export const baseStyles = css`
  :host {
    --_surface: var(--nb-surface, light-dark(#fff, #1d2322));
    --_hover: var(--nb-hover, light-dark(#f2f4f3, #262d2c));
    --_line: var(--nb-line, light-dark(#dce2e0, #333b39));
    --_edge: var(--nb-edge, light-dark(#7d8a86, #7b8783));
    --_text: var(--nb-text, light-dark(#16201d, #e7ecea));
    --_quiet: var(--nb-quiet, light-dark(#4c5955, #a9b4b0));
    --_accent: var(--nb-accent, light-dark(#0a5a6e, #72c9de));
    --_on-accent: var(--nb-on-accent, light-dark(#fff, #06222a));
    --_green: var(--nb-green, light-dark(#1a6a39, #70cf93));
    --_blue: var(--nb-blue, light-dark(#1c5fa8, #82b7f1));
    --_purple: var(--nb-purple, light-dark(#6b3fa0, #c5a4f1));
    --_grey: var(--nb-grey, light-dark(#4c5955, #a9b4b0));
    --_red: var(--nb-red, light-dark(#b0241c, #ff958b));
    --_amber: var(--nb-amber, light-dark(#855000, #efb45e));
    --_on-red: var(--nb-on-red, light-dark(#fff, #2b0907));
    --_radius: var(--nb-radius, 12px);
    --_shadow: var(--nb-shadow, 0 0 0 1px var(--_line), 0 12px 40px light-dark(#16201d26, #000a));
    --_font: var(--nb-font, 13px/18px system-ui, sans-serif);
    --_font-title: var(--nb-font-title, 600 15px/20px system-ui, sans-serif);
    --_lift: color-mix(in srgb, var(--_text) 9%, transparent);
    display: inline-block;
    font: var(--_font);
    font-variant-numeric: tabular-nums;
    color: var(--_text);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  svg {
    width: 16px;
    height: 16px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .vh {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .text {
    min-height: 28px;
    padding: 0 8px;
    border-radius: 6px;
    color: var(--_accent);
    flex: none;
  }
  .text:hover {
    background: var(--_hover);
  }
  .text:disabled {
    color: var(--_quiet);
    background: none;
    cursor: default;
  }
  .tool {
    width: 28px;
    height: 28px;
    flex: none;
    display: inline-grid;
    place-items: center;
    border-radius: 6px;
    color: var(--_quiet);
  }
  .tool:hover,
  .tool[aria-expanded="true"] {
    background: var(--_lift);
    color: var(--_text);
  }
  .main {
    min-height: 32px;
    padding: 0 14px;
    border-radius: 6px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .main:hover {
    filter: brightness(1.1);
  }
  .plain {
    min-height: 32px;
    padding: 0 14px;
    border-radius: 6px;
    border: 1px solid var(--_edge);
  }
  .disc {
    width: 28px;
    height: 28px;
    border-radius: 50%;
    display: grid;
    place-items: center;
    color: var(--c);
    background: color-mix(in srgb, var(--c) var(--nb-tint, 12%), transparent);
  }
  .bell {
    position: relative;
    display: grid;
    place-items: center;
    width: 40px;
    height: 40px;
    margin-inline-end: 8px;
    border-radius: 8px;
  }
  .bell:hover {
    background: var(--_lift);
  }
  .bell[aria-expanded="true"] {
    background: color-mix(in srgb, var(--_accent) 16%, transparent);
  }
  .bell > svg {
    width: 24px;
    height: 24px;
    stroke-width: 1.1;
  }
  .badge {
    position: absolute;
    inset-inline-start: 22px;
    top: 2px;
    min-width: 16px;
    padding: 0 4px;
    border-radius: 8px;
    background: var(--nb-badge, var(--_accent));
    color: var(--nb-on-badge, var(--_on-accent));
    font: 600 11px/16px system-ui, sans-serif;
    box-shadow: 0 0 0 2px var(--nb-under, var(--_surface));
  }
  .bell > .lost {
    position: absolute;
    inset-inline-end: 1px;
    bottom: 1px;
    width: 16px;
    height: 16px;
    padding: 1px;
    stroke-width: 1.8;
    border-radius: 50%;
    background: var(--nb-under, var(--_surface));
    color: var(--_amber);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    .badge {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
    .bell:hover,
    .bell[aria-expanded="true"],
    .main {
      outline: 1px solid ButtonText;
    }
    .disc {
      border: 1px solid CanvasText;
    }
  }
`;
