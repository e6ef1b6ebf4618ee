/** How stopping rules are written: { trials: 100, time: 2h, target: 0.99, patience: 30, cost: 50, regret: 0.01, maxFailures: 10 }. */
import { missing, readDuration, readKeys, readNumber, readWhole, wrong, type Field } from './field.ts';
import type { StopRules } from '../study.ts';

const MAX_TRIALS = 1_000_000_000;

/** What of a study decides which rules it can have. */
export interface Stoppable {
  /** Whether it ends by itself: no rule is needed then. */
  readonly ends: boolean;
  /** How many trials it has where it does not say so here. */
  readonly counted: number | undefined;
  readonly objectives: number;
  readonly scheduled: boolean;
}

/** The stopping rules; at least one is needed where the study does not end by itself. */
export function readStop(root: Field, field: Field | undefined, study: Stoppable): StopRules {
  const { ends, counted } = study;
  const rules = ['trials', 'time', 'target', 'patience', 'cost', 'regret'];
  const example = 'stop: { trials: 100 }';
  const fields = field && readKeys(field, { known: [...rules, 'maxFailures'] }, 'stopping rules', `write ${example}`);
  const endless = !ends && counted === undefined && !rules.some((rule) => fields?.has(rule));
  if (endless && !field)
    missing(root, 'stop', 'trials, time, target, patience, cost or regret', `add ${example}, or the study never ends`);
  if (endless && fields)
    wrong(field!, 'trials, time, target, patience, cost or regret', 'add one of them, or the study never ends');
  const read = (key: string, reader: (f: Field) => number | undefined): number | undefined => {
    const rule = fields?.get(key);
    return rule && reader(rule);
  };
  const count = (f: Field): number | undefined => readWhole(f, 1, MAX_TRIALS, 'leave it out for no such rule');
  const trials = fields?.has('trials') ? read('trials', count) : counted;
  const timeMs = read('time', (f) => readDuration(f, '1ms', '365d', 'write time: 2h, say'));
  const target = read('target', (f) => readNumber(f, 'a number', () => true, 'write a value of the first objective'));
  const patience = read('patience', count);
  const cost = read('cost', (f) =>
    readNumber(f, 'a number > 0', (value) => value > 0, 'leave it out for no such rule'),
  );
  const regret = read('regret', (f) => readRegret(f, study));
  const maxFailures = read('maxFailures', (f) => readWhole(f, 1, MAX_TRIALS, 'leave it out for the default'));
  return {
    ...(trials !== undefined && { trials }),
    ...(timeMs !== undefined && { timeMs }),
    ...(target !== undefined && { target }),
    ...(patience !== undefined && { patience }),
    ...(cost !== undefined && { cost }),
    ...(regret !== undefined && { regret }),
    maxFailures: maxFailures ?? Math.max(10, trials ?? 100),
  };
}

function readRegret(field: Field, { objectives, scheduled }: Stoppable): number | undefined {
  if (objectives > 1)
    return wrong(field, 'no regret with several objectives', 'leave it out, or keep one objective: regret is of one');
  if (scheduled)
    return wrong(field, 'no regret with a scheduler', 'leave one of them out: regret is judged by whole runs alone');
  return readNumber(field, 'a number > 0', (value) => value > 0, 'leave it out for no such rule');
}
