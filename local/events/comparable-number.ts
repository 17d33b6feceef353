// Which numbers EventBridge can compare: those a double holds without rounding. Others are compared by their text
// alone.
// https://github.com/aws/event-ruler#numeric-matching

/** The double, or undefined for text that is no number and for a number that a double would round. */
export function comparableNumber(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  if (String(number) === text) return number;
  return decimal(text) === decimal(String(number)) ? number : undefined;
}

/** The same text for every spelling of a number: `1e2`, `100` and `100.0` are all `1e2`. */
function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
