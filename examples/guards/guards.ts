/**
 * `node --import tsx examples/guards/guards.ts`: seven ways to fool oneself about one small fraud data set, and what the guard
 * against each of them says. No server: everything is trained and measured here, and shown to the guards.
 */
import { fileURLToPath } from 'node:url';
import { checkGuards, DEFAULT_GUARDS, type GuardInput } from '../../evaluation/guards/index.ts';
import { defineStudy } from '../../study/definition.ts';
import type { TestedCandidate } from '../../study/evaluation/contract.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { GuardName } from '../../study/evaluation/spec.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { createRandom } from '../digits/random.ts';

// the data: 900 payments by two measurements, one in twenty a fraud, which lies apart, but not far

interface Payment {
  readonly at: readonly [number, number];
  readonly label: 'ok' | 'fraud';
}

const random = createRandom(12);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const payments = Array.from({ length: 900 }, (): Payment => {
  const fraud = random() < 0.05;
  const off = fraud ? 1.5 : 0;
  return { at: [off + normal(), off + normal()], label: fraud ? 'fraud' : 'ok' };
});
const [known, test] = [payments.slice(0, 600), payments.slice(600)];

// the model: a payment is a fraud if at least `share` of the k known ones next to it are

interface Model {
  readonly k: number;
  readonly share: number;
}

const distance = ({ at: [x, y] }: Payment, { at: [u, v] }: Payment): number => Math.hypot(x - u, y - v);
/** Of each payment: the known ones, the nearest first. */
const neighbours = new Map(
  payments.map((row) => [
    row,
    known.map((other) => ({ other, far: distance(row, other) })).sort((a, b) => a.far - b.far),
  ]),
);

function predict(training: ReadonlySet<Payment>, { k, share }: Model, row: Payment): Payment['label'] {
  let [seen, frauds] = [0, 0];
  for (const { other } of neighbours.get(row)!) {
    if (!training.has(other)) continue;
    if (other.label === 'fraud') frauds++;
    if (++seen === k) break;
  }
  return frauds >= share * k ? 'fraud' : 'ok';
}

function predictions(training: readonly Payment[], model: Model, rows: readonly Payment[]): Predictions {
  const learned = new Set(training);
  return { truth: rows.map(({ label }) => label), predicted: rows.map((row) => predict(learned, model, row)) };
}

/** Share of rows that are right, or the mean of that share among payments and among frauds. */
function score(metric: 'accuracy' | 'balancedAccuracy', { truth, predicted }: Predictions): number {
  const right = (rows: readonly number[]): number =>
    rows.filter((row) => truth[row] === predicted[row]).length / rows.length;
  const all = [...truth.keys()];
  if (metric === 'accuracy') return right(all);
  return (right(all.filter((row) => truth[row] === 'ok')) + right(all.filter((row) => truth[row] === 'fraud'))) / 2;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

// the study, and its trials: balanced accuracy by five folds

const definition = defineStudy(
  {
    name: 'fraud',
    space: { k: { int: [1, 15] }, share: { float: [0.05, 0.5] }, sample: { int: [0, 1000] } },
    objective: { name: 'balancedAccuracy', goal: 'maximize' },
    trial: 'external',
    stop: { trials: 40 },
    seed: 1,
  },
  { directory: fileURLToPath(new URL('.', import.meta.url)) },
);

const FOLDS = 5;

/** @param sample  which nine tenths of the training rows are learned from: a seed, dressed up as a parameter */
function trial(number: number, model: Model, sample = 500): TrialRecord {
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const held = known.filter((_row, i) => i % FOLDS === fold);
    const training = known.filter((_row, i) => i % FOLDS !== fold);
    return score('balancedAccuracy', predictions(sampled(training, sample), model, held));
  });
  return {
    number,
    state: 'complete',
    params: { ...model, sample },
    values: { balancedAccuracy: mean(folds) },
    folds,
    ...(number === 0 && { baseline: true }),
    reports: [],
    asOf: number,
    origin: 'told',
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    seed: number,
  };
}

function sampled(rows: readonly Payment[], seed: number): Payment[] {
  const draw = createRandom(seed);
  return rows.filter(() => draw() < 0.9);
}

function tested(model: Model, seeds: readonly number[]): TestedCandidate {
  const runs = seeds.map((seed) => ({
    seed,
    values: [score('balancedAccuracy', predictions(sampled(known, seed), model, test))],
  }));
  return { params: { ...model, sample: 500 }, runs };
}

function studyOf(trials: readonly TrialRecord[], more: Partial<GuardInput> = {}): GuardInput {
  const best = trials.toSorted((a, b) => b.values!['balancedAccuracy']! - a.values!['balancedAccuracy']!)[0]!;
  return {
    definition,
    guards: DEFAULT_GUARDS,
    trials,
    best: { number: best.number, params: best.params, values: best.values! },
    metric: { name: 'balancedAccuracy', goal: 'maximize' },
    ...more,
  };
}

// the seven

const defaults: Model = { k: 5, share: 0.2 };
const byHeart: Model = { k: 1, share: 0.5 };
const never: Model = { k: 15, share: 0.5 };
const accuracy = { name: 'accuracy', goal: 'maximize' } as const;
const onTest = { champion: predictions(known, defaults, test), challenger: predictions(known, never, test) };

const CASES: readonly { readonly guard: GuardName; readonly story: string; readonly study: () => GuardInput }[] = [
  {
    guard: 'imbalance',
    story: 'Who hardly ever says fraud wins, since accuracy decides.',
    study: () => studyOf([trial(0, defaults)], { metric: accuracy, predictions: onTest }),
  },
  {
    guard: 'gap',
    story: 'A single neighbour decides: of its training rows the model knows each by heart.',
    study: () =>
      studyOf([{ ...trial(0, byHeart), train: score('balancedAccuracy', predictions(known, byHeart, known)) }], {
        guards: { ...DEFAULT_GUARDS, gap: { above: 0.1, as: 'warning' } },
      }),
  },
  {
    guard: 'optimism',
    story: 'Forty trials differ in nothing but a seed, and one of them is the best.',
    study: () => studyOf(Array.from({ length: 40 }, (_, i) => trial(i, defaults, 500 + i))),
  },
  {
    guard: 'defaults',
    story: 'Trial 3 is fine, but nobody tried what the model does untuned.',
    study: () => studyOf([trial(3, { k: 9, share: 0.1 })]),
  },
  {
    guard: 'bound',
    story: 'More neighbours are better, and there may be no more than 15.',
    study: () => studyOf([5, 10, 15].map((k, i) => trial(i, { k, share: 0.1 }))),
  },
  {
    guard: 'seeds',
    story: 'The challenger is better, by less than its own runs differ.',
    study: () =>
      studyOf([trial(0, defaults)], {
        champion: tested(defaults, [1, 2, 3]),
        challenger: tested({ k: 7, share: 0.2 }, [1, 2, 3]),
      }),
  },
  {
    guard: 'costs',
    story: 'A missed fraud costs as much as fifty false alarms, and accuracy does not know.',
    study: () =>
      studyOf([trial(0, defaults)], {
        metric: accuracy,
        predictions: onTest,
        costs: {
          classes: ['ok', 'fraud'],
          matrix: [
            [0, 1],
            [50, 0],
          ],
        },
      }),
  },
];

for (const { guard, story, study } of CASES) {
  const warning = checkGuards(study()).warnings.find((each) => each.guard === guard);
  const said = warning
    ? `  saw: ${warning.saw}\n  do: ${warning.advice}${warning.blocks ? '\n  No promotion rests on this.' : ''}`
    : '  nothing';
  process.stdout.write(`${guard}: ${story}\n${said}\n\n`);
}
