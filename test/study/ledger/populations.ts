/** Populations in memory: members that add to what their parents were worth. */
import { rulesOf } from '../../../schedulers/rules.ts';
import type { SuggestedTrial } from '../../../study/contract.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import type { Ledger, Outcome } from '../../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';
import { simulate, type Planned } from './simulation.ts';

export const population = (options: object, changes: Partial<StudyDefinition> = {}): StudyDefinition =>
  definitionOf({
    scheduler: { name: 'pbt', options: { population: 5, generations: 4, interval: 2, ...options } },
    stop: { maxFailures: 99 },
    ...changes,
  });

/** A member explores from its parent, a new one draws: nobody else is looked at. */
function suggest({ asking, rows, definition }: Ledger): SuggestedTrial[] {
  return asking.map(({ number, lineage, queued }) => {
    const seed = ((number + 1 + definition.seed) * 48271) % 2147483647;
    const from = lineage && rows[lineage.parent].x[0];
    const x = from === undefined ? Number(queued?.params['x'] ?? seed / 2147483647) : lineage!.keeps ? from : from / 2;
    return { x: [x, 1], seed };
  });
}

/** Every interval adds to what its parent was worth; some fail. */
function outcome({ objectives }: StudyDefinition, { number, x, seed, lineage, rung }: LedgerRow): Outcome {
  if (seed % 9 === 0) return { kind: 'failed', attempts: 1, notes: { reason: 'boom' }, reports: [[rung!.to, 1]] };
  const before = lineage === undefined ? 0 : Number(lineage.checkpoint.split(' ')[0]);
  const sum = before + Math.abs(x[0] - 0.3);
  const values = objectives.map((_, i) => (i === 0 ? sum : number % 7));
  const result = {
    values,
    constraints: [seed % 4],
    reports: [[rung!.to, sum]] as const,
    checkpoint: `${sum} of ${number}`,
    cost: 0.5,
  };
  return { kind: 'result', attempts: 1, result };
}

/** Runs one in memory. @param pick which of the running members ends next */
export const run = (
  definition: StudyDefinition,
  pick: (running: readonly number[]) => number,
  more: { readonly ledger?: Ledger; readonly until?: (ledger: Ledger) => boolean; readonly plan?: Planned[] } = {},
): Ledger => {
  const { plan = [], ledger = createLedger(definition, 0, rulesOf(definition)), until } = more;
  return simulate(definition, plan, pick, { ledger, suggest, outcome, ...(until && { until }) });
};

export const logOf = ({ state }: Ledger) => ({ edits: state.edits, epochs: state.epochs, startedAt: state.startedAt });
