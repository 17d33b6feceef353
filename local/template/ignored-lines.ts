// Names what of the template is ignored, in a few lines rather than one for each resource.
import type { Ignored } from './supported.ts';

/** e.g. `AWS::Lambda::Function LoggingConfig.LogFormat (5): lines are shown as the function writes them` */
export function ignoredLines(ignored: Ignored[]): string[] {
  const counts = new Map<string, { what: string; why: string; count: number }>();
  for (const { type, property, why } of ignored) {
    const what = property === undefined ? type : `${type} ${property.replace(/\[\d+\]/g, '[]')}`;
    const line = counts.get(`${what} ${why}`) ?? { what, why, count: 0 };
    line.count++;
    counts.set(`${what} ${why}`, line);
  }
  return [...counts.values()].map(({ what, why, count }) => `${what}${count > 1 ? ` (${count})` : ''}: ${why}`).sort();
}
