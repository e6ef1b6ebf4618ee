/** Warnings that keep somebody from believing a flattering score: one guard a file, all of them heard here. */
import type { Unchecked, Warning } from '../../study/evaluation/contract.ts';
import { GUARDS, type GuardName } from '../../study/evaluation/spec.ts';
import { bound } from './bound.ts';
import { costs } from './costs.ts';
import { defaults } from './defaults.ts';
import { gap } from './gap.ts';
import type { Guard, GuardInput } from './guard.ts';
import { imbalance } from './imbalance.ts';
import { optimism } from './optimism.ts';
import { seeds } from './seeds.ts';

export { DEFAULT_GUARDS } from '../../study/evaluation/spec.ts';
export { applyGap, type RuledResult } from '../../study/evaluation/gap-rule.ts';
export { GAP_CONSTRAINT } from '../../study/evaluation/trial-evaluation.ts';
export type { GuardInput } from './guard.ts';

const OF_NAME: Readonly<Record<GuardName, Guard>> = { imbalance, gap, optimism, defaults, bound, seeds, costs };

/** What the guards saw, and which of them lacked what, in the order of GUARDS; those that are off are not heard. */
export function checkGuards(input: GuardInput): { warnings: Warning[]; unchecked: Unchecked[] } {
  const warnings: Warning[] = [];
  const unchecked: Unchecked[] = [];
  for (const guard of GUARDS) {
    if (input.guards.off.includes(guard)) continue;
    const finding = OF_NAME[guard](input);
    if (finding && 'lacks' in finding) unchecked.push({ guard, ...finding });
    else if (finding) warnings.push({ guard, ...finding });
  }
  return { warnings, unchecked };
}
