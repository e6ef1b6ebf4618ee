/** Cron expressions, checked in words before a server sees them: five fields, or a word such as '@daily'. */
import { listed } from '../syntax/field.ts';

interface CronField {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FIELDS: readonly CronField[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, names: MONTHS },
  { name: 'day of week', low: 0, high: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const WORDS = ['@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually'];
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is wrong with it, in words: "its hour is '24', expected 0 to 23"; undefined if it is one. */
export function cronFault(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  if (text.startsWith('@')) return WORDS.includes(text) ? undefined : `expected five fields, or ${listed(WORDS)}`;
  if (words.length !== FIELDS.length)
    return `it has ${words.length} fields, expected five: ${FIELDS.map(({ name }) => name).join(', ')}`;
  const values: number[][] = [];
  for (const [i, field] of FIELDS.entries()) {
    const read = words[i]!.split(',').map((part) => valuesOf(part, field));
    const fault = read.findIndex((each) => each === undefined);
    if (fault >= 0) return fieldFault(words[i]!.split(',')[fault]!, field);
    values.push(read.flatMap((each) => each!));
  }
  const [, , days, months] = values as [number[], number[], number[], number[]];
  if (months.some((month) => days.some((day) => day <= LONGEST[month - 1]!))) return undefined;
  return `no such month has a day ${days.join(' or ')}, so it never comes`;
}

/** '*', '5', '1-5', 'mon-fri', and each of them with a step: '* /2' without the space. */
function valuesOf(part: string, { low, high, names }: CronField): number[] | undefined {
  const [, range, step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  if (range === undefined || step === '0') return undefined;
  const number = (text: string): number => {
    const named = names?.indexOf(text.toLowerCase()) ?? -1;
    return named >= 0 ? named + low : /^\d+$/.test(text) ? Number(text) : NaN;
  };
  const ends = range === '*' ? [low, high] : range.split('-').map(number);
  const [first = NaN, last = step === undefined ? first : high] = ends;
  if (ends.length > 2 || !(first >= low && last <= high && first <= last)) return undefined;
  const values: number[] = [];
  for (let value = first; value <= last; value += Number(step ?? 1)) values.push(value);
  return values;
}

function fieldFault(part: string, { name, low, high, names }: CronField): string {
  const named = names ? ` or ${names[0]} to ${names.at(-1)}` : '';
  return `its ${name} is '${part}', expected ${low} to ${high}${named}, a range of them (a-b), *, or one of these with a step (*/2)`;
}
