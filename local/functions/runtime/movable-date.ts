// Makes this worker's Date follow the movable clock. Timers and performance.now() stay on real time.

/** Real milliseconds since 1970, whatever Date says. */
export const realNow = Date.now.bind(Date);

/** Replaces the global Date; `offset[0]` is read at every use, so a moved clock shows at once. */
export function followClock(offset: Float64Array): void {
  const RealDate = Date;
  const now = () => Math.trunc(realNow() + offset[0]!);
  const moved: DateConstructor = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget === moved ? target : newTarget),
    // Date() without new is the current time as text.
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.now = now;
  RealDate.prototype.constructor = moved;
  globalThis.Date = moved;

  // Formatting "no date" means now, which Intl would take from the real clock.
  const { prototype } = Intl.DateTimeFormat;
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')!;
  Object.defineProperty(prototype, 'format', {
    ...format,
    get(this: Intl.DateTimeFormat) {
      const real = format.get!.call(this) as (date: number | Date) => string;
      return (date?: number | Date) => real(date === undefined ? now() : date);
    },
  });
  const { formatToParts } = prototype;
  prototype.formatToParts = function (this: Intl.DateTimeFormat, date?: number | Date) {
    return formatToParts.call(this, date === undefined ? now() : date);
  };
}
