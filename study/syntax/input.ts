/** A study as people write it: the study file in YAML or JSON, or the same object in TypeScript. */
import type { EnqueueSyntax } from './enqueue.ts';
import type { EvaluateSyntax } from './evaluate.ts';
import type { FixedSyntax } from './fixed.ts';
import type { ForbidSyntax } from './forbid.ts';
import type { SpaceSchema } from '../schema.ts';
import type { BanditSyntax, ModelsSyntax } from './models.ts';
import type { FairnessSyntax } from './priority.ts';
import type { PromoteSyntax } from './promote.ts';
import type { ScalarizeSyntax } from './scalarize.ts';
import type { ReplicatesSyntax } from './replicates.ts';
import type { SlotsSyntax } from './slots.ts';
import type { SpaceSyntax } from './space.ts';
import type { Objective } from '../study.ts';
import type { TrialSyntax } from './trial/trial.ts';
import type { WarmStartSyntax } from './warm-start.ts';

/** At least one of the first six is needed, unless the sampler ends by itself (grid). */
export interface StopSyntax {
  /** Trials complete, pruned or infeasible, > 0. */
  readonly trials?: number;
  /** Since the start: '10m', '2h', '1h30m'. */
  readonly time?: string;
  /** First objective at least as good as this; with `scalarize` the scalar, which is minimised. */
  readonly target?: number;
  /** Trials in a row without a better value, > 0. */
  readonly patience?: number;
  /** Sum of the trials' reported costs, > 0. */
  readonly cost?: number;
  /** No point is believed to be better than the best trial by more than this, > 0, in the unit of the one objective. */
  readonly regret?: number;
  /** Failed trials after which the study has failed, > 0; default: `trials` (100 without it), but at least 10. */
  readonly maxFailures?: number;
}

/** Options by name; those of options are one with a dotted name, `{ options: { gamma: 1 } }` is `options.gamma`. */
export interface OptionsSyntax {
  readonly [option: string]: number | boolean | string | OptionsSyntax;
}

export type SamplerSyntax = string | { readonly [name: string]: OptionsSyntax | null };

interface StudyBase {
  /** 1 to 200 letters, digits, '.', '_' and '-'. */
  readonly name: string;
  /** Measured values that must stay on one side of a bound, by name. */
  readonly constraints?: { readonly [name: string]: { readonly below?: number; readonly above?: number } };
  /** Several objectives as one number for the sampler, which the best trial is the best in; all values are recorded. */
  readonly scalarize?: ScalarizeSyntax;
  readonly trial: TrialSyntax;
  /** A name, or { name: { option: value } }; default 'auto': one that is chosen for the study by a rule (auto-sampler.ts). */
  readonly sampler?: SamplerSyntax;
  /** A scheduler's name, or { name: { option: value } }; default: none, every trial runs to its end. */
  readonly scheduler?: SamplerSyntax;
  /** Trials are noisy: promising ones run several times, each time with another seed, and count by their mean. Not with a scheduler. */
  readonly replicates?: ReplicatesSyntax;
  readonly stop?: StopSyntax;
  /** Trials in flight together, 1 to 1,000; default 1. */
  readonly parallel?: number;
  /** `completion` (default): results count as they come; `trial`: in number order, independent of timing. */
  readonly order?: 'completion' | 'trial';
  /** 0 to 2^53 - 1; default: drawn. */
  readonly seed?: number;
  /** A point's result never varies, so no point of a finite space is tried twice; default false. */
  readonly deterministic?: boolean;
  /** Tried first; what is missing is sampled. */
  readonly enqueue?: readonly EnqueueSyntax[];
  /** Values that every suggestion keeps, by dotted name: what decides whether they exist among them. */
  readonly fixed?: FixedSyntax;
  /** Trials of another study or of a file that the sampler learns from; they count neither in the budget nor as the best. */
  readonly warmStart?: WarmStartSyntax;
  /** Which trials go first where those of several studies wait on one queue, 1 (first) to 5; default 3. */
  readonly priority?: number;
  /** Whose trials these are, on a server that shares queues out fairly. */
  readonly fairness?: FairnessSyntax;
  /** Slots that each trial takes of pools that studies share (`dtune slots set`), by pool: { gpu: 1 }. */
  readonly slots?: SlotsSyntax;
  /** How the study finds out, when tuning is over, whether its best is really better; `true`: by the defaults. Not with trial: external. */
  readonly evaluate?: true | EvaluateSyntax;
  /** What is then done, once, with a best that is; needs `evaluate`. */
  readonly promote?: PromoteSyntax;
}

/** One space, or one for each of several model classes. */
type Searched =
  | {
      /**
       * Trials ask for parameters while they run: `await trial.suggestFloat('lr', 1e-5, 1e-1, { log: true })`. With the samplers tpe,
       * random and brute-force; not with models, trial: external or stop.regret.
       */
      readonly defineByRun: true;
      /** What is known before; may be absent or empty. */
      readonly space?: SpaceSyntax | SpaceSchema;
      readonly forbid?: readonly ForbidSyntax[];
    }
  | {
      /** Parameters by name, or a zod schema (schema.ts). */
      readonly space: SpaceSyntax | SpaceSchema;
      readonly forbid?: readonly ForbidSyntax[];
    }
  | {
      /** Model classes by name, each with a space of its own: trials receive the class's parameters and `model`, its name. */
      readonly models: ModelsSyntax;
      /** Once each class had its `trials` (default 5), the rest goes to the class that promises most; `true`: by the defaults. */
      readonly bandit?: BanditSyntax;
    };

export type StudyInput = StudyBase &
  Searched &
  ({ readonly objective: Objective } | { readonly objectives: readonly Objective[] });
