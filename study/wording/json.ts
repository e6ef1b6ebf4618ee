/** JSON values: whether something is one, whether two are the same, and how any value reads in a message. */

/** Whether it is an object with keys, as JSON and YAML write it: no list, no date, no instance of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether it comes back the same from JSON: no NaN or infinity, nothing undefined, no function, date or circle; at most `depth` levels. */
export function isJson(value: unknown, depth = 32): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth - 1));
  return isRecord(value) && Object.values(value).every((item) => isJson(item, depth - 1));
}

/** Whether two JSON values are equal; the order of keys does not matter, that of lists does. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** A value of any type in words for a message, cut after `limit` characters. */
export function show(value: unknown, limit = 80): string {
  const text = words(value, 4);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

function words(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid date' : `the date ${value.toISOString()}`;
  if (Array.isArray(value))
    return depth === 0
      ? '[…]'
      : `[${value
          .slice(0, 100)
          .map((v) => words(v, depth - 1))
          .join(', ')}]`;
  if (!isRecord(value)) return `a ${value.constructor?.name || 'class instance'}`;
  if (depth === 0) return '{…}';
  const entries = Object.entries(value).slice(0, 100);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, v]) => `${key}: ${words(v, depth - 1)}`).join(', ')} }`;
}
