// When a notification came, as a person says it: now, 5m ago, yesterday, then the date.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Making a formatter costs more than formatting: one set for each language. */
const formatters = new Map<string, ReturnType<typeof makeFormatters>>();

export interface TimeWords {
  short: string;
  full: string;
}

export function relativeTime(iso: string, nowMs: number, lang: string): TimeWords {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return { short: '', full: '' };
  const found = formatters.get(lang) ?? makeFormatters(lang);
  formatters.set(lang, found);
  return { short: short(at, nowMs, found), full: found.full.format(at) };
}

function short(at: Date, nowMs: number, { relative, date, dateOfYear }: ReturnType<typeof makeFormatters>): string {
  // A clock that runs behind the server's must not say "in 3 seconds".
  const ageMs = Math.max(0, nowMs - at.getTime());
  if (ageMs < MINUTE_MS) return relative.format(0, 'second');
  if (ageMs < HOUR_MS) return relative.format(-Math.floor(ageMs / MINUTE_MS), 'minute');
  const now = new Date(nowMs);
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  // After midnight, notifications of the last evening still read "hours ago".
  if (days === 0 || ageMs < 6 * HOUR_MS) return relative.format(-Math.floor(ageMs / HOUR_MS), 'hour');
  if (days === 1) return relative.format(-1, 'day');
  return (at.getFullYear() === now.getFullYear() ? date : dateOfYear).format(at);
}

function midnight(of: Date): number {
  return new Date(of.getFullYear(), of.getMonth(), of.getDate()).getTime();
}

/** `lang` as the page writes it: `en_US` is no language tag, and formatters throw at it. */
function makeFormatters(attribute: string) {
  const [lang = 'en'] = Intl.DateTimeFormat.supportedLocalesOf(isTag(attribute) ? attribute : 'en');
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(lang, options);
  return {
    relative: new Intl.RelativeTimeFormat(lang, { style: 'narrow', numeric: 'auto' }),
    date: format({ day: 'numeric', month: 'short' }),
    dateOfYear: format({ day: 'numeric', month: 'short', year: 'numeric' }),
    full: format({ dateStyle: 'long', timeStyle: 'short' }),
  };
}

function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    // A RangeError is the answer: it is none.
    return false;
  }
}
