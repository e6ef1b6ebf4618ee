/** How stopping rules are written: { trials: 100, time: 2h, target: 0.99, patience: 30, cost: 50, maxFailures: 10 }. */
import { missing, readDuration, readKeys, readNumber, readWhole, wrong, type Field } from './field.ts';
import type { StopRules } from '../study.ts';

const MAX_TRIALS = 1_000_000_000;

/**
 * The stopping rules; at least one is needed where the sampler does not end by itself.
 * @param counted how many trials the study has where it does not say so here
 */
export function readStop(root: Field, field: Field | undefined, ends: boolean, counted?: number): StopRules {
  const rules = ['trials', 'time', 'target', 'patience', 'cost'];
  const example = 'stop: { trials: 100 }';
  const fields = field && readKeys(field, { known: [...rules, 'maxFailures'] }, 'stopping rules', `write ${example}`);
  const endless = !ends && counted === undefined && !rules.some((rule) => fields?.has(rule));
  if (endless && !field)
    missing(root, 'stop', 'trials, time, target, patience or cost', `add ${example}, or the study never ends`);
  if (endless && fields)
    wrong(field!, 'trials, time, target, patience or cost', 'add one of them, or the study never ends');
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
  const maxFailures = read('maxFailures', (f) => readWhole(f, 1, MAX_TRIALS, 'leave it out for the default'));
  return {
    ...(trials !== undefined && { trials }),
    ...(timeMs !== undefined && { timeMs }),
    ...(target !== undefined && { target }),
    ...(patience !== undefined && { patience }),
    ...(cost !== undefined && { cost }),
    maxFailures: maxFailures ?? Math.max(10, trials ?? 100),
  };
}
