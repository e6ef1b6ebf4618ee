/** How an evaluation is written: { split: { stratified: 5 }, test: { holdOut: 0.2 }, metrics: [balancedAccuracy] }, or `true`. */
import { readBaseline } from './enqueue.ts';
import { child, missing, readKeys, readNumber, readWhole, readWords, wrong, type Field } from './field.ts';
import { readCosts } from './costs.ts';
import { readGuards, type GuardsSyntax } from './guards.ts';
import { readSplit, readTest, type SplitSyntax, type TestSyntax } from './split.ts';
import { show } from '../wording/json.ts';
import { METRIC_INFOS } from '../evaluation/metric-names.ts';
import type { CostSpec, GapSpec } from '../evaluation/spec.ts';
import type { Space, ParameterValue } from '../space/space.ts';
import type { StudyDefinition, TrialSpec } from '../study.ts';

export interface EvaluateSyntax {
  /** How trials divide their rows in tuning; default: as they like. */
  readonly split?: SplitSyntax;
  /** What the last test is made on; default { holdOut: 0.2 }. */
  readonly test?: TestSyntax;
  /** Metrics of the predictions (study/evaluation/metric-names.ts), the first of which decides; default: the first objective does. */
  readonly metrics?: readonly string[];
  /** What the best has to beat, a value of each parameter: the first enqueued trial. Default: the enqueued one that is marked. */
  readonly baseline?: { readonly [parameter: string]: ParameterValue };
  /** The least gain that is worth a change, in the deciding metric's unit, >= 0; default 0. */
  readonly minimumEffect?: number;
  /** Chance of a false promotion, above 0 and below 0.5; default 0.05. */
  readonly alpha?: number;
  /** Runs of each candidate in the last test, each with a seed of its own, 1 to 30; default 1. */
  readonly repeats?: number;
  /** What each mistake costs, >= 0: matrix[true class][predicted class]; the metric expectedCost needs it. */
  readonly costs?: CostSpec;
  /** For splits and last tests, 0 to 2^53 - 1; default: the study's. */
  readonly seed?: number;
  readonly guards?: GuardsSyntax;
}

/** What of a definition an evaluation looks at, and what it adds to. */
interface Tuning extends Pick<StudyDefinition, 'defineByRun' | 'objectives' | 'constraints' | 'enqueue' | 'seed'> {
  /** Undefined where they have faults. */
  readonly trial: TrialSpec | undefined;
  readonly space: Space | undefined;
}

const KEYS = ['split', 'test', 'metrics', 'baseline', 'minimumEffect', 'alpha', 'repeats', 'costs', 'seed', 'guards'];
const EXAMPLE = 'write evaluate: true, or evaluate: { split: { stratified: 5 } }';

/** The evaluation, the enqueued trials with its baseline, and the constraints with its gap. */
export function readEvaluate(
  field: Field,
  tuning: Tuning,
): Pick<StudyDefinition, 'evaluate' | 'enqueue' | 'constraints'> | undefined {
  if (tuning.trial?.kind === 'external')
    wrong(field, 'none with trial: external', 'leave it out: nobody would run the last test');
  const whole = field.value === true ? { ...field, value: {} } : field;
  const fields = readKeys(whole, { known: KEYS }, 'true, or { split, test, metrics, … }', EXAMPLE);
  if (!fields) return undefined;
  const read = <T>(key: string, otherwise: T, reader: (each: Field) => T | undefined): T => {
    const written = fields.get(key);
    return (written && reader(written)) ?? otherwise;
  };
  const split = read('split', undefined, readSplit);
  const test = readTest(fields.get('test'), split);
  const metrics = read('metrics', [], readMetrics);
  const costs = read('costs', undefined, readCosts);
  checkCosts(field, metrics, fields.get('costs'));
  const baseline = fields.get('baseline');
  const guards = readGuards(fields.get('guards'));
  const numbers = {
    minimumEffect: read('minimumEffect', 0, (each) =>
      readNumber(each, 'a number of at least 0', (value) => value >= 0, 'leave it out for 0'),
    ),
    alpha: read('alpha', 0.05, (each) =>
      readNumber(each, 'a number above 0 and below 0.5', (value) => value > 0 && value < 0.5, 'leave it out for 0.05'),
    ),
    repeats: read('repeats', 1, (each) => readWhole(each, 1, 30, 'leave it out for 1')),
    seed: read('seed', tuning.seed, (each) =>
      readWhole(each, 0, Number.MAX_SAFE_INTEGER, "leave it out for the study's"),
    ),
  };
  const enqueue = baseline ? withBaseline(baseline, tuning) : tuning.enqueue;
  const constraints = withGap(fields.get('guards'), guards?.gap, tuning);
  if (!test || !guards) return undefined;
  return {
    constraints,
    enqueue,
    evaluate: { ...(split && { split }), test, metrics, ...numbers, ...(costs && { costs }), guards, look: 1 },
  };
}

function readMetrics(field: Field): readonly string[] | undefined {
  const example = 'write metrics: [balancedAccuracy, accuracy], say';
  const names = readWords(field, Object.keys(METRIC_INFOS), 'a list of metrics', example);
  const [first, ...others] = names ?? [];
  const ofNumbers = (name: string): boolean => METRIC_INFOS[name]!.needs === 'numbers';
  const strange = first === undefined ? undefined : others.find((name) => ofNumbers(name) !== ofNumbers(first));
  if (first === undefined || strange === undefined) return names;
  const [classes, numbers] = ofNumbers(first) ? [strange, first] : [first, strange];
  return wrong(
    field,
    'metrics of one kind of predictions',
    `${classes} is of classes and ${numbers} of numbers: remove one of the two`,
  );
}

function checkCosts(field: Field, metrics: readonly string[], costs: Field | undefined): void {
  const [first] = metrics;
  if (metrics.includes('expectedCost') && !costs)
    missing(
      field,
      'costs',
      'what each mistake costs, since metrics has expectedCost',
      'add costs: { classes: [healthy, ill], matrix: [[0, 1], [10, 0]] }, say',
    );
  if (costs && first !== undefined && METRIC_INFOS[first]!.needs === 'numbers')
    wrong(costs, `none beside ${first}, which is of numbers`, 'leave it out: costs are of classes');
}

function withBaseline(field: Field, { enqueue, space, defineByRun }: Tuning): StudyDefinition['enqueue'] {
  const marked = enqueue.findIndex(({ baseline }) => baseline);
  if (marked >= 0) wrong(field, `none, since enqueue[${marked}] is the baseline`, 'remove one of the two');
  const trial = readBaseline(field, space, defineByRun);
  return trial ? [trial, ...enqueue] : enqueue;
}

/** The constraints, that of the gap last. */
function withGap(
  field: Field | undefined,
  gap: GapSpec | undefined,
  { objectives, constraints }: Tuning,
): StudyDefinition['constraints'] {
  if (!field || gap?.as !== 'constraint') return constraints;
  const { path, faults } = child(field, 'gap', gap);
  if ([...objectives, ...constraints].some(({ name }) => name === 'gap'))
    faults.push(
      `${path} (value ${show(gap)}) makes a constraint 'gap', but an objective or a constraint has that name; rename it`,
    );
  return [...constraints, { name: 'gap', below: gap.above }];
}
