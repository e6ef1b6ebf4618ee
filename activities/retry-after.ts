/** The header Retry-After (RFC 9110, 10.2.3): when a service wants to be asked again. */

/** Shortest and longest wait that it may ask for, milliseconds. */
const LEAST_MS = 1000;
const MOST_MS = 3_600_000;

/** Seconds, or a date: in milliseconds from now, a second to an hour; undefined where it is neither. */
export function readRetryAfter(value: string | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  const isDate = /^[a-z]{3}/i.test(value);
  const ms = isDate ? Date.parse(value) - Date.now() : /^\d+$/.test(value) ? Number(value) * 1000 : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, LEAST_MS), MOST_MS);
}
