/**
 * When hyperparameters are fitted, and to which trials: functions of how many there are alone, so that an ask depends on
 * no other ask.
 */

/** Up to so many trials a fit for each, then one for each sixteenth more, and for each 128 more. */
const EVERY = 40;
const GROWTH = 16;
const MOST_BETWEEN = 128;

/** Trials that a Gaussian process is given at a fit, and those that its hyperparameters are fitted to. */
export const MOST_MEMBERS = 1500;
export const MOST_FITTED = 250;

/** How many of the first trials the fit in force with `count` trials is made for. */
export function fittedSize(count: number): number {
  let size = Math.min(count, EVERY);
  for (;;) {
    const next = size + Math.max(1, Math.min(Math.floor(size / GROWTH), MOST_BETWEEN));
    if (size < EVERY || next > count) return size;
    size = next;
  }
}

/**
 * At most `most` of these values' places, ascending: the best fifth of so many (the smallest, the first of equals), the
 * newest two fifths, and of the others those at even distances.
 */
export function chosen(values: readonly number[], most: number): number[] {
  const n = values.length;
  if (n <= most) return values.map((_, i) => i);
  const best = values.map((value, i) => ({ value: Number.isNaN(value) ? Infinity : value, i }));
  best.sort((a, b) => (a.value === b.value ? a.i - b.i : a.value - b.value));
  const taken = new Set(best.slice(0, Math.floor(most / 5)).map(({ i }) => i));
  for (let i = n - Math.floor((2 * most) / 5); i < n; i++) taken.add(i);
  const others = values.map((_, i) => i).filter((i) => !taken.has(i));
  const left = most - taken.size;
  for (let k = 0; k < left; k++) taken.add(others[Math.floor((k * others.length) / left)]);
  return [...taken].sort((a, b) => a - b);
}
