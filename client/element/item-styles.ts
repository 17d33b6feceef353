// Rows of the list.
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
  .item p {
    grid-column: 1 / -1;
    color: var(--_quiet);
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  .count {
    padding: 0 6px;
    border-radius: 9px;
    background: var(--_lift);
    font-size: 12px;
  }
  .digest {
    grid-column: 1 / -1;
    margin: 2px 0 0;
    padding: 0 0 0 10px;
    border-inline-start: 2px solid var(--_line);
    list-style: none;
    color: var(--_quiet);
  }
  .digest li {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .digest a {
    position: relative;
    color: inherit;
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
  .item .snooze {
    position: relative;
    opacity: 0;
  }
  .snooze select {
    position: absolute;
    inset: 0;
    width: 100%;
    opacity: 0;
    cursor: pointer;
  }
  .snooze:focus-within {
    outline: 2px solid var(--_accent);
  }
  .item .remove {
    opacity: 0;
  }
  .item:is(:hover, :focus-within) :is(.remove, .snooze) {
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
  @media (hover: none), (max-width: 480px) {
    .item :is(.remove, .snooze) {
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
    .marker {
      width: 40px;
      height: 40px;
    }
  }
  @media (forced-colors: active) {
    .marker::before {
      forced-color-adjust: none;
    }
    .item.unread .marker::before {
      background: Highlight;
      border-color: Highlight;
    }
  }
`;
