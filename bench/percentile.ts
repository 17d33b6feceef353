// Percentiles of samples, by the nearest rank.

/** `percentile([…], 99)`; NaN of nothing. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function summary(samples: readonly number[], unit = 'ms'): string {
  const shown = (percent: number) => `p${percent} ${percentile(samples, percent).toFixed(1)} ${unit}`;
  return `${[50, 90, 99].map(shown).join('   ')}   (${samples.length} samples)`;
}
