// The panel: beside the bell on wide screens, a sheet on narrow ones.
import { css } from './css.ts';

export const panelStyles = css`
  .panel {
    height: 100%;
    display: grid;
    grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 4px;
    min-height: 48px;
    padding: 6px 12px 0 16px;
  }
  h2 {
    font: var(--_font-title);
    flex: 1;
  }
  .tabs {
    display: flex;
    gap: 20px;
    padding: 0 16px;
    border-bottom: 1px solid var(--_line);
  }
  .tabs button {
    height: 34px;
    margin-bottom: -1px;
    color: var(--_quiet);
    border-bottom: 2px solid transparent;
  }
  .tabs span {
    margin-inline-start: 5px;
    font-weight: 400;
  }
  .tabs [aria-selected="true"] {
    color: var(--_text);
    font-weight: 600;
    border-color: var(--_accent);
  }
  .body {
    position: relative;
    display: grid;
    min-height: 0;
  }
  .scroll {
    overflow: auto;
    overscroll-behavior: contain;
    min-height: 0;
  }
  .older {
    display: grid;
    padding: 8px;
  }
  .above {
    position: absolute;
    z-index: 1;
    top: 8px;
    left: 50%;
    translate: -50%;
    padding: 5px 12px;
    border-radius: 14px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .says {
    align-self: center;
    padding: 0 40px 24px;
    text-align: center;
    color: var(--_quiet);
    display: grid;
    gap: 4px;
    justify-items: center;
  }
  .says > svg {
    width: 32px;
    height: 32px;
    stroke-width: 0.9;
    margin-bottom: 8px;
  }
  .says > .wrong {
    padding: 5px;
    border: 1.5px solid;
    border-radius: 50%;
    stroke-width: 1.6;
    color: var(--_red);
  }
  .says h3 {
    font: var(--_font-title);
    color: var(--_text);
  }
  .says .main {
    margin-top: 8px;
  }
  .set {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    min-height: 48px;
    padding: 8px 16px;
    border-bottom: 1px solid var(--_line);
  }
  .set small {
    display: block;
    font: inherit;
    color: var(--_quiet);
  }
  .set input {
    appearance: none;
    flex: none;
    width: 36px;
    height: 20px;
    margin: 0;
    border: 1px solid var(--_edge);
    border-radius: 10px;
    cursor: pointer;
  }
  .set input::before {
    content: "";
    display: block;
    width: 12px;
    height: 12px;
    margin: 3px;
    border-radius: 50%;
    background: var(--_edge);
  }
  .set input:checked {
    background: var(--_accent);
    border-color: var(--_accent);
  }
  .set input:checked::before {
    margin-inline-start: 19px;
    background: var(--_on-accent);
  }
  .set input:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .foot {
    display: flex;
    align-items: center;
    gap: 0 6px;
    min-height: 44px;
    padding: 6px 8px 6px 16px;
    border-top: 1px solid var(--_line);
    color: var(--_quiet);
  }
  .foot .state {
    flex: 1;
    overflow-wrap: anywhere;
  }
  .foot .state.bad {
    color: var(--_red);
  }
  .foot b {
    color: var(--_text);
    font-weight: 600;
  }
  .on {
    color: var(--_green);
    stroke-width: 7;
  }
  .off {
    color: var(--_amber);
  }
  .skeleton {
    display: grid;
    grid-template-columns: 28px 1fr;
    gap: 0 12px;
    min-height: 66px;
    padding: 11px 48px 8px 16px;
    border-bottom: 1px solid var(--_line);
    animation:
      appear 0s 0.2s backwards,
      pulse 1.6s 0.2s ease-in-out infinite alternate;
  }
  .skeleton i {
    background: var(--_line);
    border-radius: 4px;
    height: 10px;
    margin: 4px 0;
  }
  .skeleton i:first-child {
    grid-row: 1 / 3;
    height: 28px;
    border-radius: 50%;
    margin: 0;
  }
  .skeleton i:nth-child(2) {
    width: 62%;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  @keyframes pulse {
    to {
      opacity: 0.55;
    }
  }
  @media (max-width: 480px) {
    .tool {
      width: 40px;
      height: 40px;
    }
    .tabs button {
      height: 44px;
    }
    .text {
      min-height: 40px;
    }
    .head {
      padding-inline-end: 6px;
    }
  }
  @media (forced-colors: active) {
    .above {
      border: 1px solid ButtonText;
    }
    .tabs button {
      margin: 0;
      border-color: Canvas;
    }
    .tabs [aria-selected="true"] {
      border-color: Highlight;
    }
    .skeleton i {
      background: GrayText;
    }
    .set input::before {
      forced-color-adjust: none;
      background: ButtonText;
    }
    .set input:checked {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`;
