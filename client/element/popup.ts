// Opening and closing the panel: a popover beside the bell, a modal sheet on narrow screens.

export const SHEET = '(max-width: 480px)';

const GAP_PX = 12;

export interface Popup {
  readonly isOpen: boolean;
  readonly isSheet: boolean;
  /** For the bell's click. */
  toggle(event: Event): void;
  open(): void;
  close(): void;
  /** The dialog is there now. */
  loaded(): void;
  /** For the dialog's own events. */
  handle(event: Event): void;
  /** Puts panel and toasts below the bell. */
  place(): void;
  stop(): void;
}

export interface PopupParts {
  find(selector: string): HTMLElement | null;
  /** It is about to be shown, or was hidden. */
  onChange(): void;
  onShown(): void;
  /** It is to open and there is no dialog yet. */
  onWanted(): void;
}

export function popup({ find, onChange, onShown, onWanted }: PopupParts): Popup {
  const dialog = () => find('dialog') as HTMLDialogElement | null;
  let isOpen = false;
  let isSheet = false;
  let isWanted = false;
  let pageOverflow = '';

  const page = () => document.documentElement;
  const place = () => {
    const at = find('.bell')?.getBoundingClientRect();
    if (!at) return;
    for (const target of ['dialog', '.toasts']) {
      const style = find(target)?.style;
      style?.setProperty('--_top', `${at.bottom + GAP_PX}px`);
      style?.setProperty('--_right', `${page().clientWidth - at.right}px`);
    }
  };
  const follow = (isFollowing: boolean) => {
    const change = isFollowing ? addEventListener : removeEventListener;
    change('resize', place);
    change('scroll', place, { capture: true });
  };
  const opened = (asSheet: boolean) => {
    isOpen = true;
    isSheet = asSheet;
    place();
    follow(true);
    onChange();
  };
  const closed = () => {
    if (!isOpen) return;
    // What is behind a sheet does not scroll with it.
    if (isSheet) page().style.overflow = pageOverflow;
    isOpen = isSheet = false;
    follow(false);
    // Before its content goes: afterwards the browser would not know that the focus was inside.
    if (dialog()?.matches(':focus-within')) find('.bell')?.focus();
    onChange();
  };
  const openSheet = () => {
    pageOverflow = page().style.overflow;
    page().style.overflow = 'hidden';
    opened(true);
    dialog()!.showModal();
    onShown();
  };

  const open = () => {
    if (isOpen) return;
    // The panel is still being loaded: `loaded` opens it.
    isWanted = !dialog();
    if (isWanted) return onWanted();
    if (matchMedia(SHEET).matches) openSheet();
    else dialog()!.showPopover();
  };
  const close = () => {
    if (isSheet) dialog()?.close();
    else if (isOpen) dialog()?.hidePopover();
  };

  return {
    get isOpen() {
      return isOpen;
    },
    get isSheet() {
      return isSheet;
    },
    toggle(event) {
      // What the browser does with `popovertarget` is right for a popover.
      if (!isOpen && dialog() && !matchMedia(SHEET).matches) return;
      event.preventDefault();
      if (isOpen) close();
      else open();
    },
    open,
    close,
    loaded() {
      if (isWanted) open();
    },
    handle(event) {
      const { type, target } = event;
      const { newState } = event as ToggleEvent;
      if (type === 'beforetoggle') newState === 'open' ? isOpen || opened(false) : closed();
      else if (type === 'toggle' && newState === 'open' && !isSheet) onShown();
      else if (type === 'close') closed();
      else if (type === 'click' && target === dialog() && isSheet && isOutside(event as MouseEvent)) close();
    },
    place,
    stop: closed,
  };

  function isOutside({ clientX: x, clientY: y }: MouseEvent): boolean {
    const { left, right, top, bottom } = dialog()!.getBoundingClientRect();
    return x < left || x > right || y < top || y > bottom;
  }
}
