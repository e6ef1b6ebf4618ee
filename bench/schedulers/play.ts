/**
 * A study on lc_digits without a server: the ledger, the scheduler and the sampler's session of a real study, in simulated time with
 * several slots. A trial takes as long as its epochs, times a factor of its own.
 */
import { createRng } from '../../samplers/numerics/philox.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import { rulesOf } from '../../schedulers/rules.ts';
import { settle } from '../../study/ledger/apply.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import { askSlot, isFinished, type Ledger } from '../../study/ledger/ledger.ts';
import { recordOutcome } from '../../study/ledger/outcomes.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { targetOf } from '../../study/ledger/scheduling.ts';
import {
  dropAsk,
  isStillWanted,
  recordStart,
  recordSuggestions,
  slotsToAsk,
  trialsToStart,
} from '../../study/ledger/slots.ts';
import { decode } from '../../study/space/point.ts';
import type { SchedulerSpec } from '../../study/scheduling.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { curveOf, EPOCHS, SPACE } from './curves.ts';

export interface Played {
  /** [epochs spent, best error at any epoch], where it changes; spent as soon as a segment begins. */
  readonly best: readonly (readonly [epochs: number, error: number])[];
  readonly trials: number;
  readonly complete: number;
}

export interface Entrant {
  readonly sampler: string;
  readonly options?: StudyDefinition['sampler']['options'];
  /** Absent: every trial runs through. */
  readonly scheduler?: SchedulerSpec;
}

interface Segment {
  readonly row: LedgerRow;
  readonly curve: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly ends: number;
}

/** @param epochs to spend @param parallel slots */
export function play(
  { sampler, options = {}, scheduler }: Entrant,
  seed: number,
  epochs: number,
  parallel: number,
): Played {
  const definition: StudyDefinition = {
    name: 'lc_digits',
    space: SPACE,
    objectives: [{ name: 'error', goal: 'minimize' }],
    constraints: [],
    trial: { kind: 'function', function: 'train', retries: 0, heartbeatMs: 10_000 },
    sampler: { name: sampler, options },
    ...(scheduler && { scheduler }),
    // no limit of trials: a scheduler that knows it would save for the end
    stop: { maxFailures: 1 },
    parallel,
    order: 'completion',
    seed,
    deterministic: false,
    enqueue: [],
  };
  const ledger = createLedger(definition, 0, rulesOf(definition));
  const session = createStudySession(definition, ledger.state.epochs);
  const space = compileSpace(SPACE);
  const rng = createRng(seed, 0);
  const curves = new Map<number, { curve: number[]; trained: number }>();
  const flying: Segment[] = [];
  const best: [number, number][] = [];
  let [clock, spent] = [0, 0];

  const begin = (row: LedgerRow): void => {
    recordStart(row, clock);
    const trial = curves.get(row.number) ?? { curve: curveOf(decode(space, row.x)), trained: 0 };
    curves.set(row.number, trial);
    const from = trial.trained;
    const to = scheduler ? targetOf(row).to : EPOCHS;
    trial.trained = to;
    spent += to - from;
    const pace = Math.exp(0.3 * rng.normal(PACE, row.number));
    flying.push({ row, curve: trial.curve, from, to, ends: clock + (to - from) * pace });
  };

  const fill = (): void => {
    for (;;) {
      suggest(ledger, session);
      const { own } = trialsToStart(ledger);
      if (own.length === 0 && slotsToAsk(ledger).length === 0) return;
      for (const row of own) begin(row);
    }
  };

  const end = ({ row, curve, from, to, ends }: Segment): void => {
    clock = ends;
    const error = Math.min(...curve.slice(from, to));
    if (error < (best.at(-1)?.[1] ?? Infinity)) best.push([spent, error]);
    const result = { values: [curve[to - 1]!], reports: [] };
    recordOutcome(ledger, row.number, { kind: 'result', attempts: 1, result }, clock);
    settle(ledger, clock);
    session.push(ledger.changed.splice(0));
  };

  while (spent < epochs && !isFinished(ledger)) {
    fill();
    if (flying.length === 0) break;
    flying.sort((a, b) => a.ends - b.ends || a.row.number - b.row.number);
    end(flying.shift()!);
  }
  return { best, trials: ledger.rows.length, complete: ledger.state.counts.complete };
}

/** Of the streams of a study's trial 0, one that no sampler draws from. */
const PACE = 4_000_000_000;

function suggest(ledger: Ledger, session: ReturnType<typeof createStudySession>): void {
  ledger.asking = slotsToAsk(ledger);
  if (ledger.asking.length === 0) return;
  const answer = session.ask(ledger.asking.map(askSlot));
  if (isStillWanted(ledger)) recordSuggestions(ledger, answer.suggestions, answer.sampler);
  else dropAsk(ledger);
  settle(ledger, 0);
  session.push(ledger.changed.splice(0));
}

/** Best error after so many epochs; Infinity before the first segment has ended. */
export function bestAfter({ best }: Pick<Played, 'best'>, epochs: number): number {
  return best.findLast(([spent]) => spent <= epochs)?.[1] ?? Infinity;
}
