/** Changes of the stopping rules. */
import { isPopulation } from '../scheduling.ts';
import { EXHAUSTIBLE, type StopRules, type StudyDefinition } from '../study.ts';
import { isRecord, show } from '../wording/json.ts';
import { isWhole } from './edit-shape.ts';

/** A rule that is null is taken away. */
export type BudgetChange = { readonly [Rule in keyof StopRules]?: StopRules[Rule] | null };

/** In the order a person reads them. */
export const STOP_RULES: readonly (keyof StopRules)[] = [
  'trials',
  'timeMs',
  'target',
  'patience',
  'cost',
  'maxFailures',
];

/** Stopping rules after a change. */
export function changedStop(stop: StopRules, change: BudgetChange): StopRules {
  const changed = Object.entries({ ...stop, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(changed) as unknown as StopRules;
}

export function budgetFault({ stop, sampler, scheduler }: StudyDefinition, change: BudgetChange): string | undefined {
  if (!isRecord(change) || Object.keys(change).length === 0)
    return `budget: got ${show(change)}, expected one or more of the rules ${STOP_RULES.join(', ')}`;
  for (const [rule, value] of Object.entries(change)) {
    if (!(STOP_RULES as readonly string[]).includes(rule))
      return `budget: there is no rule '${rule}', expected ${STOP_RULES.join(', ')}`;
    const expected = expectedOf(rule, value);
    if (expected !== undefined) return `budget: ${rule} is ${show(value)}, expected ${expected}`;
  }
  if (scheduler && !isPopulation(scheduler) && 'trials' in change)
    return `budget: the scheduler ${scheduler.name} has planned with trials: ${stop.trials ?? 'none'}, which stays; change another rule, or start a study with more`;
  return endlessFault('budget', sampler.name, changedStop(stop, change));
}

/** Samplers other than these never end by themselves. */
export function endlessFault(kind: string, sampler: string, stop: StopRules): string | undefined {
  if (EXHAUSTIBLE.includes(sampler) || Object.keys(stop).some((rule) => rule !== 'maxFailures')) return undefined;
  return `${kind}: no rule is left that ends the study; keep one of trials, timeMs, target, patience, cost`;
}

/** What a rule's value should be, in words; undefined if it is. */
function expectedOf(rule: string, value: unknown): string | undefined {
  if (rule === 'maxFailures') return isWhole(value, 1, Number.MAX_SAFE_INTEGER) ? undefined : 'a whole number from 1';
  if (value === null) return undefined;
  if (rule === 'target') return Number.isFinite(value) ? undefined : 'a number, or null to take it away';
  if (rule === 'cost')
    return Number.isFinite(value) && (value as number) > 0 ? undefined : 'a number > 0, or null to take it away';
  return isWhole(value, 1, Number.MAX_SAFE_INTEGER) ? undefined : 'a whole number from 1, or null to take it away';
}
