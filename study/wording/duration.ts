/** Durations as people write them: '500ms', '90s', '10m', '1h30m', '1.5h', '2d'. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const PATTERN = new RegExp(
  `^${UNITS.map(([unit]) => String.raw`(?:(\d+(?:\.\d+)?)\s*${unit}(?![a-z])\s*)?`).join('')}$`,
);

/** Milliseconds (whole, >= 0), or undefined if the text is no duration. Units descend, each at most once. */
export function parseDuration(text: string): number | undefined {
  // a boundary after each number and unit, so that '5ms' is never 5 minutes
  const spaced = text.trim().replaceAll(/([a-z])(?=\d)/g, '$1 ');
  const parts = spaced === '' ? null : PATTERN.exec(spaced);
  if (!parts) return undefined;
  return Math.round(UNITS.reduce((sum, [, ms], i) => sum + Number(parts[i + 1] ?? 0) * ms, 0));
}

/** These milliseconds as text that parses back to them (whole, >= 0). */
export function formatDuration(ms: number): string {
  let left = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text || '0ms';
}
