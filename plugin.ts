/**
 * Door './plugin': with it a worker of your own runs studies beside your workflows and activities, on its own task queue. It adds
 * activities under the prefix 'dtune.' and, where asked, the workflow and the Nexus service; data converter, interceptors and Runtime
 * stay as they are.
 */
import { readFileSync } from 'node:fs';
import { SimplePlugin } from '@temporalio/plugin';
import type { BundleOptions, WorkerOptions } from '@temporalio/worker';
import { createStudyActivities, createTrialActivities } from './activities/index.ts';
import type { RunTrialOptions } from './activities/run-trial.ts';
import { createTuningService } from './nexus/handlers.ts';
import { ACTIVITY_PREFIX } from './study/contract.ts';
import { StudyDefinitionError } from './study/errors.ts';
import { bundleStudyWorkflow, checkBundleCode, STUDY_WORKFLOWS, type EntryKind } from './workflow-entry.ts';

export interface TuningPluginOptions extends Partial<RunTrialOptions> {
  /** Folder of the artifact store, shared by all workers and clients of these studies. */
  readonly artifacts: string;
  /**
   * How this worker comes by the study workflow: `re-exported` (default) by your workflows, with the one line
   * `export * from 'durable-tune/workflows'`; `added` to them by the bundler; `elsewhere`, if this worker runs trials alone.
   */
  readonly workflows?: EntryKind | 'elsewhere';
  /** Whether this worker answers the Nexus service 'tuning' (door './nexus'); false. */
  readonly nexus?: boolean;
}

type Activities = Readonly<Record<string, unknown>>;

export class TuningPlugin extends SimplePlugin {
  private readonly activities: Activities;
  private readonly workflows: EntryKind | 'elsewhere';

  constructor(options: TuningPluginOptions) {
    const { artifacts, workflows = 're-exported', nexus = false, ...trials } = options;
    if (typeof artifacts !== 'string' || artifacts === '')
      throw new StudyDefinitionError(
        `TuningPlugin: artifacts is ${JSON.stringify(artifacts)}, expected the path of a folder for closed studies; give it one`,
      );
    const activities = {
      ...createStudyActivities({ artifacts }),
      ...createTrialActivities({ functions: {}, allowCommand: () => false, ...trials }),
    };
    super({ name: 'durable-tune', activities, ...(nexus && { nexusServices: [createTuningService(artifacts)] }) });
    this.activities = activities;
    this.workflows = workflows;
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    const theirs: Activities = { ...options.activities };
    const names = Object.keys(this.activities).filter((name) => Object.hasOwn(theirs, name));
    // a plugin of the connection is the worker's, too: it may have been here before
    if (names.length > 0 && names.every((name) => theirs[name] === this.activities[name])) return options;
    if (names.length > 0) throw new StudyDefinitionError(clash(names));
    return super.configureWorker(this.withWorkflows(options));
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const configured = super.configureBundler(options);
    return this.workflows === 'elsewhere' ? configured : bundleStudyWorkflow(configured, this.workflows);
  }

  private withWorkflows(options: WorkerOptions): WorkerOptions {
    const { workflowsPath, workflowBundle: bundle } = options;
    if (this.workflows === 'elsewhere') return options;
    if (bundle) checkBundleCode('code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8'));
    if (bundle || workflowsPath || this.workflows !== 'added') return options;
    return { ...options, workflowsPath: STUDY_WORKFLOWS };
  }
}

function clash(names: readonly string[]): string {
  return (
    `activities named ${names.map((name) => `'${name}'`).join(', ')} come both from the worker (its options, or a plugin before) and ` +
    `from TuningPlugin, expected none of the worker's to begin with '${ACTIVITY_PREFIX}'; rename those, or give it one TuningPlugin`
  );
}
