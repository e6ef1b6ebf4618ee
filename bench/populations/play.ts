/** A population's study without a server: scheduler and sampler by turns, trials that are a few multiplications. */
import { pbt as scheduler } from '../../schedulers/pbt.ts';
import { schedulerOptions } from '../../schedulers/registry.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import type { AskSlot } from '../../study/contract.ts';
import { defineStudy } from '../../study/definition.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { decode } from '../../study/space/point.ts';

type State = readonly number[];
type Numbers = Readonly<Record<string, number>>;

export interface Problem {
  readonly space: object;
  readonly begin: State;
  step(state: State, params: Numbers): State;
  /** To be minimised. */
  value(state: State): number;
}

export interface Played {
  readonly best: number;
  /** What the best trial's lineage comes to when it is trained once, from the beginning. */
  readonly replayed: number;
  /** CPU time of an ask. */
  readonly askMs: number;
}

export function playPopulation(problem: Problem, sampler: string, options: object, seed: number): Played {
  const definition = defineStudy(
    {
      name: 'population',
      space: problem.space,
      objective: { name: 'loss', goal: 'minimize' },
      trial: { command: ['true'] },
      sampler,
      scheduler: { pbt: options },
      parallel: 1000,
      seed,
    },
    { directory: '/' },
  );
  const rules = schedulerOptions(scheduler, definition.scheduler!.options);
  const state = scheduler.begin({ objectives: 1, parallel: 1000, seed }, rules);
  const space = compileSpace(definition.space);
  const epoch = { seq: 0, space: definition.space, sampler: definition.sampler, parallel: 1000, was: {} };
  const session = createStudySession(definition, [epoch]);
  const rows: LedgerRow[] = [];
  const states: State[] = [];
  const paramsOf = (row: LedgerRow): Numbers => decode(space, row.x) as Numbers;
  let [seq, cpu] = [0, 0];
  const train = (from: State, row: LedgerRow, steps: number): State => {
    let now = from;
    for (let i = 0; i < steps; i++) now = problem.step(now, paramsOf(row));
    return now;
  };
  const stepsOf = ({ rung, lineage }: LedgerRow): number => rung!.to - (lineage ? rows[lineage.parent]!.rung!.to : 0);
  for (;;) {
    const slots: AskSlot[] = [];
    for (;;) {
      const number = rows.length + slots.length;
      const move = scheduler.next(state, number);
      if (move.do !== 'start') break;
      const { to, bracket, rung, lineage } = move;
      slots.push({ number, asOf: seq, rung: { to, bracket, rung }, ...(lineage && { lineage }) });
    }
    if (slots.length === 0) break;
    const before = process.cpuUsage();
    const { suggestions } = session.ask(slots);
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1000;
    const made = slots.map(({ number, asOf, rung, lineage }, i): LedgerRow => {
      const x = Float64Array.from(suggestions[i]!.x, (value) => value ?? NaN);
      const base = { number, x, space: definition.space.version, sampler: 1, seed: 0, asOf, reports: [], attempts: 1 };
      const from = lineage && { lineage: { ...lineage, checkpoint: '' } };
      return { ...base, state: 'complete', origin: 'sampler', rung: rung!, closed: ++seq, ...from };
    });
    rows.push(...made);
    for (const row of made) {
      const from = row.lineage ? states[row.lineage.parent]! : problem.begin;
      states[row.number] = train(from, row, stepsOf(row));
      row.values = [problem.value(states[row.number]!)];
      scheduler.ended(state, row.number, { end: 'reached', y: row.values });
    }
    session.push(made);
  }
  const best = rows.reduce((a, b) => (b.values![0]! < a.values![0]! ? b : a));
  const lineage: LedgerRow[] = [];
  for (let row: LedgerRow | undefined = best; row; row = row.lineage && rows[row.lineage.parent]) lineage.unshift(row);
  const replayed = lineage.reduce((from, row) => train(from, row, stepsOf(row)), problem.begin);
  return { best: best.values![0]!, replayed: problem.value(replayed), askMs: cpu / rows.length };
}
