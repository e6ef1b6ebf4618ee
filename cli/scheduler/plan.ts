/** A scheduler's plan as a person reads it. */
import type { PlannedBracket } from '../../schedulers/scheduler.ts';

export interface PlanTotals {
  /** Trials that start, where each rung's go on from the one below. */
  readonly trials: number;
  /** All that is trained, in the study's unit of budget. */
  readonly resource: number;
  /** The same in complete trials. */
  readonly complete: number;
}

export function totalsOf(brackets: readonly PlannedBracket[]): PlanTotals {
  const max = Math.max(...brackets.flatMap(({ rungs }) => rungs.map(({ to }) => to)));
  let [trials, resource] = [0, 0];
  for (const { rungs, anew } of brackets)
    for (const [i, rung] of rungs.entries()) {
      const isNew = i === 0 || anew === true;
      if (isNew) trials += rung.trials;
      resource += rung.trials * (rung.to - (isNew ? 0 : rungs[i - 1]!.to));
    }
  return { trials, resource, complete: resource / max };
}

/** A line a bracket: trials and their budget, rung by rung. */
export function planLines(brackets: readonly PlannedBracket[]): string[] {
  const { trials, resource, complete } = totalsOf(brackets);
  const cells = brackets.map(({ bracket, rungs }) => [
    String(bracket),
    ...rungs.map(({ to, trials: n }) => `${n} to ${rounded(to)}`),
  ]);
  const columns = Math.max(...cells.map((row) => row.length));
  const header = ['bracket', ...Array.from({ length: columns - 1 }, (_, i) => `rung ${i}`)];
  const rows = [header, ...cells];
  const widths = header.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return [
    ...rows.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    ),
    `${trials} ${trials === 1 ? 'trial' : 'trials'}, ${rounded(resource)} of budget in all, as much as ${rounded(complete)} complete trials`,
  ];
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}
