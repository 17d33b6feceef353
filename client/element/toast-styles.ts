// Toasts, and the dialog the panel is drawn in.
import { css } from './css.ts';

export const toastStyles = css`
  dialog {
    --_width: min(var(--nb-width, 380px), 100vw - 16px);
    --_height: min(var(--nb-height, 512px), 100dvh - 16px);
    position: fixed;
    /* Below the bell and flush with its end, yet within the window. */
    inset: clamp(8px, var(--_top, 8px), 100dvh - 8px - var(--_height))
      clamp(8px, var(--_right, 8px), 100vw - 8px - var(--_width)) auto auto;
    margin: 0;
    padding: 0;
    border: 0;
    width: var(--_width);
    height: var(--_height);
    max-width: none;
    max-height: none;
    overflow: hidden;
    color: var(--_text);
    background: var(--_surface);
    border-radius: var(--_radius);
    box-shadow: var(--_shadow);
    animation: rise 0.18s ease-out;
  }
  dialog::backdrop {
    background: transparent;
  }
  dialog:modal::backdrop {
    background: #0006;
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
  .toasts {
    position: fixed;
    /* Below the bell, so that it stays visible. */
    inset: var(--nb-toasts-inset, clamp(16px, var(--_top, 16px), 50dvh) max(16px, var(--_right, 16px)) auto auto);
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
    align-self: start;
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
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(-6px);
    }
  }
  @media (max-width: 480px) {
    dialog {
      inset: 56px 0 0;
      width: 100%;
      height: auto;
      border-radius: 16px 16px 0 0;
    }
    .toasts {
      inset-inline: 16px;
    }
  }
  @media (forced-colors: active) {
    dialog,
    .toast {
      border: 1px solid CanvasText;
    }
    .critical {
      border-width: 3px;
    }
  }
`;
