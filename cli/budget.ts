/** Stopping rules as options of a command, and the change that they make of those that hold. */
import type { Command } from 'commander';
import { StudyDefinitionError } from '../study/errors.ts';
import type { BudgetChange } from '../study/ledger/budget.ts';
import type { StopRules } from '../study/study.ts';
import { parseDuration } from '../study/wording/duration.ts';

export interface BudgetFlags {
  readonly trials?: string;
  readonly time?: string;
  readonly target?: string;
  readonly patience?: string;
  readonly cost?: string;
  readonly maxFailures?: string;
}

const RULES = [
  ['trials', 'trials', 'whole'],
  ['time', 'timeMs', 'duration'],
  ['target', 'target', 'number'],
  ['patience', 'patience', 'whole'],
  ['cost', 'cost', 'number'],
  ['maxFailures', 'maxFailures', 'whole'],
] as const satisfies readonly (readonly [keyof BudgetFlags, keyof StopRules, string])[];

export function withBudget(command: Command): Command {
  return command
    .option('--trials <number>', 'trials in all, +N for N more, or none')
    .option('--time <duration>', 'time since its start, such as 2h, +2h for 2h more, or none')
    .option('--target <value>', 'value of the first objective that ends it, or none')
    .option('--patience <trials>', 'trials without a better value that end it, or none')
    .option('--cost <cost>', "sum of the trials' costs that ends it, +N for N more, or none")
    .option('--max-failures <number>', 'failed trials after which the study has failed, +N for N more');
}

/** Options of commands that go on with a population. */
export function withGenerations(command: Command): Command {
  return command.option('--generations <number>', 'of a population: generations in all, +N for N more');
}

/** @throws StudyDefinitionError */
export function generationsChange(text: string | undefined): { generations?: (now: number) => number } {
  if (text === undefined) return {};
  return { generations: (now) => valueOf('generations', text, 'whole', now) ?? NaN };
}

export function changesBudget(flags: BudgetFlags): boolean {
  return RULES.some(([option]) => flags[option] !== undefined);
}

/** The change, by the rules that hold; whether its numbers will do is for the study to say. @throws StudyDefinitionError */
export function budgetChange(flags: BudgetFlags, now: StopRules): BudgetChange {
  return Object.fromEntries(
    RULES.flatMap(([option, rule, kind]) => {
      const text = flags[option];
      return text === undefined ? [] : [[rule, valueOf(option, text, kind, now[rule])]];
    }),
  );
}

function valueOf(
  option: string,
  text: string,
  kind: (typeof RULES)[number][2],
  now: number | undefined,
): number | null {
  const flag = `--${option === 'maxFailures' ? 'max-failures' : option}`;
  if (text === 'none') return null;
  const [, sign = '', digits = ''] = /^([+=]?)(.*)$/s.exec(text) ?? [];
  const more = sign === '+' && option !== 'target' && option !== 'patience';
  if (more && now === undefined)
    throw new StudyDefinitionError(
      `${flag} ${text} is more than before, but there is no such limit; say how much in all`,
    );
  const value = kind === 'duration' ? parseDuration(digits) : digits.trim() === '' ? NaN : Number(digits);
  const expected = kind === 'duration' ? 'a duration, such as 2h' : kind === 'whole' ? 'a whole number' : 'a number';
  if (value === undefined || !Number.isFinite(value) || (kind === 'whole' && !Number.isInteger(value)))
    throw new StudyDefinitionError(`${flag} is '${text}', expected ${expected}, or none; change it`);
  return more ? now! + value : value;
}
