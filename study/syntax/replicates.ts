/** How often noisy trials run: replicates: 3, or { most: 3, top: 2, final: 6 }. It becomes the scheduler of that name. */
import { REPLICATES } from '../trial/replicates.ts';
import type { StudyDefinition, TrialSpec } from '../study.ts';
import { isRecord } from '../wording/json.ts';
import { readKeys, readNumber, readWhole, wrong, type Field, type Fields } from './field.ts';

export type ReplicatesSyntax =
  | number
  | {
      /** Runs of a promising trial, 2 to 20; default 3. */
      readonly most?: number;
      /** A trial that is worse than the best with a smaller p gets no more of them, > 0 to 0.5. */
      readonly alpha?: number;
      /** How many trials run on once no more start, 1 to 50. */
      readonly top?: number;
      /** Runs of these, `most` to 50; default: twice `most`. */
      readonly final?: number;
    };

const EXAMPLE = 'write replicates: 3, or replicates: { most: 3, top: 2, final: 6 }';

/** What else of a study matters here. */
interface Beside {
  readonly trial: TrialSpec | undefined;
  readonly objectives: StudyDefinition['objectives'];
  readonly fields: Fields;
}

export function readReplicates(field: Field, beside: Beside): StudyDefinition['scheduler'] {
  const obstacle = obstacleIn(beside);
  if (obstacle) return wrong(field, obstacle[0], obstacle[1]);
  if (!isRecord(field.value)) {
    const most = readWhole(field, 2, 20, EXAMPLE);
    return most === undefined ? undefined : { name: REPLICATES, options: { most } };
  }
  const fields = readKeys(field, { known: ['most', 'alpha', 'top', 'final'] }, 'replicates', EXAMPLE);
  if (!fields) return undefined;
  const options: Record<string, number> = {};
  const whole = [
    ['most', 2, 20],
    ['top', 1, 50],
    ['final', 2, 50],
  ] as const;
  for (const [key, low, high] of whole) {
    const option = fields.get(key);
    const value = option && readWhole(option, low, high, 'leave it out for its default');
    if (value !== undefined) options[key] = value;
  }
  const alpha = fields.get('alpha');
  const inRange = (p: number): boolean => p >= 1e-6 && p <= 0.5;
  const value = alpha && readNumber(alpha, 'a number from 0.000001 to 0.5', inRange, 'leave it out for its default');
  if (value !== undefined) options['alpha'] = value;
  return { name: REPLICATES, options };
}

/** Why a study has no use for replicates: what was expected, and what to do. */
function obstacleIn({ trial, objectives, fields }: Beside): readonly [string, string] | undefined {
  if ((fields.get('scheduler')?.value ?? 'none') !== 'none')
    return ['no replicates beside a scheduler', 'leave one of them out: both decide how far trials go'];
  if (trial?.kind === 'external')
    return ['no replicates with trial: external', 'leave it out: others decide how often their trials run'];
  if (fields.get('deterministic')?.value === true)
    return ['no replicates with deterministic: true', 'leave one of them out: such a value never differs'];
  if (objectives.length > 1)
    return [`no replicates with ${objectives.length} objectives`, 'leave it out: replicates are compared by one value'];
  return undefined;
}
