// Properties of a custom element that call back when they change, whether a page sets them before or after the element
// is defined.

type Changed = (this: HTMLElement, name: string) => void;

export function addProperties(type: { prototype: HTMLElement }, names: readonly string[], changed: Changed): void {
  for (const name of names) {
    const values = new WeakMap<HTMLElement, unknown>();
    Object.defineProperty(type.prototype, name, {
      get(this: HTMLElement) {
        return values.get(this);
      },
      set(this: HTMLElement, value: unknown) {
        if (values.get(this) === value) return;
        values.set(this, value);
        changed.call(this, name);
      },
    });
  }
}

/** What a page has set on the element before its class was known hides the accessors: it is set once more. */
export function adoptProperties(element: HTMLElement, names: readonly string[]): void {
  const own = element as unknown as Record<string, unknown>;
  for (const name of names) {
    if (!Object.hasOwn(own, name)) continue;
    const value = own[name];
    delete own[name];
    own[name] = value;
  }
}
