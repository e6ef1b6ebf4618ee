/**
 * Door './plugin': with it a worker of your own runs studies beside your workflows and activities, on its own task queue. It adds
 * activities under the prefix 'dtune.', to the bundle the guard of our workflows (workflows/history-guard.ts) and, where asked, the workflows,
 * and the Nexus service; data converter, interceptors and Runtime stay as they are.
 */
import { readFileSync } from 'node:fs';
import { SimplePlugin } from '@temporalio/plugin';
import type { BundleOptions, ReplayWorkerOptions, WorkerOptions } from '@temporalio/worker';
import { createStudyActivities, createTrialActivities, type StudyActivitiesOptions } from './activities/index.ts';
import type { RunTrialOptions } from './activities/run-trial.ts';
import { createTuningService } from './nexus/handlers.ts';
import type { Sampler } from './samplers/sampler.ts';
import { ACTIVITY_PREFIX } from './study/contract.ts';
import { StudyDefinitionError } from './study/errors.ts';
import { listed } from './study/syntax/field.ts';
import { show } from './study/wording/json.ts';
import { bundleStudyWorkflow, checkBundleCode, missing, STUDY_WORKFLOWS } from './workflow-entry.ts';

export interface TuningPluginOptions extends Partial<RunTrialOptions> {
  /** Folder or s3://BUCKET/PREFIX of the artifact store, shared by all workers and clients of these studies. */
  readonly artifacts: string;
  /** Samplers of your own, known by name beside the built-in ones; every worker of these studies needs them. */
  readonly samplers?: readonly Sampler[];
  /** Threads for asks that take long (`Sampler.heavy`); 0: none. Default: one less than there are cores, at least 1. */
  readonly samplerThreads?: number;
  /** Whether this worker may run a command that promotes a study's winner; none by default. */
  readonly allowPromotion?: StudyActivitiesOptions['allowPromotion'];
  /**
   * How this worker comes by the study workflow: `re-exported` (default) by your workflows, with the one line
   * `export * from 'durable-tune/workflows'`; `added` to them by the bundler; `elsewhere`, if this worker runs trials alone.
   */
  readonly workflows?: (typeof WORKFLOWS)[number];
  /** Whether this worker answers the Nexus service 'tuning' (door './nexus'); false. */
  readonly nexus?: boolean;
}

type Activities = Readonly<Record<string, unknown>>;

const WORKFLOWS = ['re-exported', 'added', 'elsewhere'] as const;

/** For plugins of a worker, a client, a connection, or bundleWorkflowCode; to have it twice does no harm. */
export class TuningPlugin extends SimplePlugin {
  private readonly activities: Activities;
  private readonly workflows: (typeof WORKFLOWS)[number];

  /** @throws StudyDefinitionError where an option is not what it should be */
  constructor(options: TuningPluginOptions) {
    check(options);
    const { artifacts, workflows = 're-exported', samplers = [], samplerThreads, nexus = false } = options;
    const { functions = {}, allowCommand = () => false, allowPromotion = () => false } = options;
    const { graceMs, allowJob, allowPrivateHttp, allowEnvironment } = options;
    const activities = {
      ...createStudyActivities({
        artifacts,
        samplers,
        allowPromotion,
        ...(samplerThreads !== undefined && { samplerThreads }),
      }),
      ...createTrialActivities({
        functions,
        allowCommand,
        artifacts,
        ...(allowJob && { allowJob }),
        ...(allowPrivateHttp && { allowPrivateHttp }),
        ...(allowEnvironment && { allowEnvironment }),
        ...(graceMs !== undefined && { graceMs }),
      }),
    };
    const service = { nexusServices: [createTuningService({ artifacts, samplers })] };
    super({ name: 'durable-tune', activities, ...(nexus && service) });
    this.activities = activities;
    this.workflows = workflows;
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    const theirs: Activities = { ...options.activities };
    const names = Object.keys(this.activities).filter((name) => Object.hasOwn(theirs, name));
    // a plugin of the connection is the worker's, too: it may have been here before
    if (names.length > 0 && names.every((name) => theirs[name] === this.activities[name])) return options;
    if (names.length > 0) throw new StudyDefinitionError(clash(names));
    const configured = super.configureWorker(this.withWorkflows(options));
    // a cancelled trial hears of it by its next heartbeat
    return { ...configured, maxHeartbeatThrottleInterval: options.maxHeartbeatThrottleInterval ?? '2 seconds' };
  }

  override configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return super.configureReplayWorker(this.withWorkflows(options));
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const configured = super.configureBundler(options);
    return this.workflows === 'elsewhere' ? configured : bundleStudyWorkflow(configured, this.workflows);
  }

  /** What is bundled is checked there; a bundle that there is already, here. */
  private withWorkflows<Options extends WorkerOptions | ReplayWorkerOptions>(options: Options): Options {
    const { workflowsPath, workflowBundle: bundle } = options;
    if (this.workflows === 'elsewhere') return options;
    if (bundle) checkBundleCode('code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8'));
    if (bundle || workflowsPath) return options;
    if (this.workflows === 're-exported') throw missing('this worker has neither a workflowsPath nor a workflowBundle');
    return { ...options, workflowsPath: STUDY_WORKFLOWS };
  }
}

function check({ artifacts, workflows, functions = {}, samplerThreads = 1 }: TuningPluginOptions): void {
  if (typeof artifacts !== 'string' || artifacts === '')
    throw new StudyDefinitionError(
      `TuningPlugin: artifacts is ${show(artifacts)}, expected the path of a folder for closed studies; give it one`,
    );
  if (workflows !== undefined && !WORKFLOWS.includes(workflows))
    throw new StudyDefinitionError(
      `TuningPlugin: workflows is ${show(workflows)}, expected ${listed(WORKFLOWS)}; leave it out for re-exported`,
    );
  if (!Number.isInteger(samplerThreads) || samplerThreads < 0 || samplerThreads > 1000)
    throw new StudyDefinitionError(
      `TuningPlugin: samplerThreads is ${show(samplerThreads)}, expected a whole number from 0 to 1000; leave it out for one less than there are cores`,
    );
  for (const [name, run] of Object.entries(functions))
    if (typeof run !== 'function')
      throw new StudyDefinitionError(
        `TuningPlugin: functions.${name} is ${show(run)}, expected a function; give it what trials of that name run`,
      );
}

function clash(names: readonly string[]): string {
  return (
    `activities named ${names.map((name) => `'${name}'`).join(', ')} come both from the worker (its options, or a plugin before) and ` +
    `from TuningPlugin, expected none of the worker's to begin with '${ACTIVITY_PREFIX}'; rename those, or give it one TuningPlugin`
  );
}
