// Rows of the list and toasts.
import { css } from './css.ts';

export const itemStyles = css`
  .item {
    position: relative;
    display: grid;
    grid-template-columns: 28px minmax(0, 1fr) 28px;
    gap: 0 12px;
    min-height: 66px;
    padding: 11px 10px 11px 16px;
    border-bottom: 1px solid var(--_line);
  }
  .item:hover {
    background: var(--_hover);
  }
  .what {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 1px 10px;
    align-content: start;
  }
  .title {
    color: inherit;
    text-align: start;
    text-decoration: none;
    overflow-wrap: anywhere;
  }
  .title::after {
    content: "";
    position: absolute;
    inset: 0;
  }
  .title:focus-visible {
    outline: 0;
  }
  .title:focus-visible::after {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
    border-radius: 4px;
  }
  .item p {
    grid-column: 1 / -1;
    color: var(--_quiet);
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  time {
    grid-area: 1 / 2;
    color: var(--_quiet);
  }
  .unread .title {
    font-weight: 600;
  }
  .unread p {
    color: var(--_text);
  }
  .acts {
    position: relative;
    display: grid;
    align-content: space-between;
    justify-items: center;
    margin: -4px 0 -5px;
  }
  .item .remove {
    opacity: 0;
  }
  .item:is(:hover, :focus-within) .remove {
    opacity: 1;
  }
  .marker {
    width: 28px;
    height: 28px;
    display: grid;
    place-items: center;
    border-radius: 6px;
  }
  .marker:hover {
    background: var(--_lift);
  }
  .marker::before {
    content: "";
    width: 9px;
    height: 9px;
    border-radius: 50%;
    border: 1.5px solid transparent;
  }
  .item:is(:hover, :focus-within) .marker::before {
    border-color: var(--_edge);
  }
  .item.unread .marker::before {
    background: var(--_accent);
    border-color: var(--_accent);
  }
  .gone {
    min-height: 66px;
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: 8px 8px 8px 16px;
    background: var(--_hover);
    border-bottom: 1px solid var(--_line);
    color: var(--_quiet);
  }
  .toasts {
    position: fixed;
    inset: var(--nb-toasts-inset, 16px 16px auto auto);
    width: min(360px, 100vw - 32px);
    max-height: calc(100dvh - 32px);
    margin: 0;
    padding: 2px;
    border: 0;
    overflow: visible;
    color: var(--_text);
    background: none;
  }
  .toasts:popover-open,
  dialog .toasts {
    display: grid;
    gap: 8px;
  }
  .toast {
    display: grid;
    grid-template-columns: 28px minmax(0, 1fr) 28px;
    gap: 0 12px;
    padding: 12px 8px 12px 12px;
    background: var(--_surface);
    border-radius: var(--_radius);
    box-shadow: var(--_shadow);
    animation: rise 0.18s ease-out;
    position: relative;
  }
  .toast p {
    color: var(--_quiet);
    overflow-wrap: anywhere;
    display: -webkit-box;
    -webkit-line-clamp: 3;
    -webkit-box-orient: vertical;
    overflow: hidden;
  }
  .toast .title,
  strong {
    display: block;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .toast .tool {
    position: relative;
  }
  .critical {
    box-shadow:
      0 0 0 2px var(--_red),
      0 12px 40px light-dark(#16201d33, #000c);
  }
  .critical > div {
    grid-column: 2 / 4;
  }
  .critical .disc {
    background: var(--_red);
    color: var(--_on-red);
  }
  .level {
    color: var(--_red);
    font-weight: 600;
  }
  .row {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 10px;
  }
  @media (hover: none), (max-width: 480px) {
    .item .remove {
      opacity: 1;
    }
    .item:not(.unread) .marker::before {
      border-color: var(--_edge);
    }
  }
  @media (max-width: 480px) {
    .item {
      grid-template-columns: 28px minmax(0, 1fr) 40px;
      padding-inline-end: 6px;
    }
    .acts {
      margin: -10px 0 -8px;
    }
  }
  @media (forced-colors: active) {
    .toast {
      border: 1px solid CanvasText;
    }
    .critical {
      border-width: 3px;
    }
    .marker::before {
      forced-color-adjust: none;
    }
    .item.unread .marker::before {
      background: Highlight;
      border-color: Highlight;
    }
  }
`;
