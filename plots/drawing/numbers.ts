/** Numbers as plots read them out. */

/** A value that a chart can compute distances with: finite, not next to 0, and without its last bits. */
export function drawable(value: number): number {
  if (Math.abs(value) < 1e-300) return 0;
  return Number(Math.min(1e300, Math.max(-1e300, value)).toPrecision(12));
}

/** Values are drawn as multiples of this: ECharts takes distances below 1e-15 for 0. @param range > 0, of the values */
export function unitOf(range: number): number {
  return Math.max(1e-306, 10 ** Math.floor(Math.log10(range)));
}

/** As few digits as tell values apart that lie `range` apart. */
export function axisLabel(value: number, range: number): string {
  const digits = range > 0 ? Math.ceil(Math.log10(Math.max(Math.abs(value) / range, 1))) + 2 : 6;
  return String(Number(value.toPrecision(Math.min(15, Math.max(3, digits)))));
}

/** Whole numbers in full; others rounded, with an exponent where there would be a row of zeros. */
export function numberText(value: number, digits = 5): string {
  if (Number.isInteger(value))
    return Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(digits)));
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** The least and the greatest. @param values at least one */
export function spanOf(values: readonly number[]): { readonly low: number; readonly high: number } {
  // by and by: there can be more than a function takes arguments
  return values.reduce(({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }), {
    low: Infinity,
    high: -Infinity,
  });
}

const LONGEST_NAME = 40;

/** A name that has room at an axis or in a legend, in one line. */
export function shortName(name: string, longest: number = LONGEST_NAME): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const line = name.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
