import { DefaultLogger, Runtime, type WorkerOptions } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { ACTIVITIES } from '../../study/contract.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { TuningPlugin, type TuningPluginOptions } from '../../plugin.ts';
import { random } from '../../samplers/designs/random.ts';
import { bundleStudyWorkflow, STUDY_WORKFLOWS } from '../../workflow-entry.ts';
import { workflowsAt } from './place.ts';

const plugin = (options: Partial<TuningPluginOptions> = {}): TuningPlugin =>
  new TuningPlugin({ artifacts: '/nowhere', workflows: 'elsewhere', ...options });
const configured = (options: WorkerOptions, by: TuningPlugin = plugin()): WorkerOptions => by.configureWorker(options);

describe('TuningPlugin', () => {
  // first: a Runtime that any of the following made would stay
  it('installs no Runtime, so that its user can', async () => {
    const own = plugin({ workflows: 'added', nexus: true });
    own.configureConnection({});
    own.configureNativeConnection({});
    own.configureClient({});
    own.configureReplayWorker({ workflowsPath: workflowsAt('own.ts') });
    own.configureBundler({ workflowsPath: workflowsAt('own.ts') });
    configured({ taskQueue: 'mine' }, own);
    expect(() => Runtime.install({ logger: new DefaultLogger('ERROR') })).not.toThrow();
    await Runtime.instance().shutdown();
  });

  it("adds activities whose names begin with 'dtune.' and leaves everything else as it is", () => {
    const mine = { charge: async () => 1 };
    const options: WorkerOptions = {
      taskQueue: 'mine',
      activities: mine,
      dataConverter: { payloadCodecs: [] },
      interceptors: { activity: [() => ({})], workflowModules: ['./interceptors.js'] },
      sinks: { log: {} },
      nexusServices: [],
      maxConcurrentActivityTaskExecutions: 3,
    };
    const { activities, maxHeartbeatThrottleInterval, ...rest } = configured(options);
    const { activities: _activities, ...others } = options;
    expect(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))).toEqual(others);
    expect(maxHeartbeatThrottleInterval).toBe('2 seconds');
    expect(Object.keys(activities as object).sort()).toEqual(['charge', ...Object.values(ACTIVITIES)].sort());
    expect(activities).toMatchObject(mine);
    expect(Object.keys(mine)).toEqual(['charge']);
  });

  it("keeps a user's own heartbeat throttle", () => {
    expect(configured({ taskQueue: 'mine', maxHeartbeatThrottleInterval: '7s' }).maxHeartbeatThrottleInterval).toBe(
      '7s',
    );
  });

  it('does nothing the second time: a plugin of the connection is passed on to the worker', () => {
    const own = plugin({ nexus: true });
    const once = configured({ taskQueue: 'mine' }, own);
    expect(once.nexusServices).toHaveLength(1);
    expect(configured(once, own)).toBe(once);
  });

  it('refuses an activity of the same name, naming both sides', () => {
    const taken = { [ACTIVITIES.suggest]: async () => {}, [ACTIVITIES.archive]: async () => {}, mine: async () => {} };
    expect(() => configured({ taskQueue: 'mine', activities: taken })).toThrow(StudyDefinitionError);
    expect(() => configured({ taskQueue: 'mine', activities: taken })).toThrow(
      "activities named 'dtune.suggest', 'dtune.archive' come both from the worker (its options, or a plugin before) and from " +
        "TuningPlugin, expected none of the worker's to begin with 'dtune.'; rename those, or give it one TuningPlugin",
    );
  });

  it('refuses to be there twice in two ways', () => {
    expect(() => configured(configured({ taskQueue: 'mine' }))).toThrow('give it one TuningPlugin');
  });

  it.each([
    [{ artifacts: '' }, 'artifacts is "", expected the path of a folder for closed studies; give it one'],
    [
      { workflows: 'add' },
      'workflows is "add", expected re-exported, added or elsewhere; leave it out for re-exported',
    ],
    [
      { samplerThreads: -1 },
      'samplerThreads is -1, expected a whole number from 0 to 1000; leave it out for one less than there are cores',
    ],
    [{ functions: { train: './train.js' } }, 'functions.train is "./train.js", expected a function'],
    [{ samplers: [random] }, 'two samplers are named "random": the built-in one and samplers[0]; rename yours'],
  ])('refuses the options %j in words', (options, message) => {
    expect(() => plugin(options as Partial<TuningPluginOptions>)).toThrow(StudyDefinitionError);
    expect(() => plugin(options as Partial<TuningPluginOptions>)).toThrow(message);
  });

  it('refuses a worker without workflows, unless they are elsewhere', () => {
    expect(() => configured({ taskQueue: 'mine' }, plugin({ workflows: 're-exported' }))).toThrow(
      'this worker has neither a workflowsPath nor a workflowBundle, so this worker could not run studies; ' +
        "add to the workflows: export * from 'durable-tune/workflows' (or give TuningPlugin workflows: 'added', or 'elsewhere'",
    );
    expect(configured({ taskQueue: 'mine' }).workflowsPath).toBeUndefined();
  });

  it('refuses a ready bundle without the study workflow', () => {
    const options = { taskQueue: 'mine', workflowBundle: { code: 'exports.greet = async () => 1;' } };
    for (const workflows of ['re-exported', 'added'] as const) {
      const own = plugin({ workflows });
      expect(() => configured(options, own)).toThrow(
        "the workflowBundle of this worker has no 'studyWorkflow', 'trialWorkflow', 'laneWorkflow'",
      );
      expect(() => own.configureReplayWorker(options)).toThrow(
        "the workflowBundle of this worker has no 'studyWorkflow', 'trialWorkflow', 'laneWorkflow'",
      );
    }
    expect(configured(options).workflowBundle).toBe(options.workflowBundle);
  });

  it('brings its workflows alone to a worker that has none, where they are added', () => {
    const added = plugin({ workflows: 'added' });
    expect(configured({ taskQueue: 'mine' }, added).workflowsPath).toBe(STUDY_WORKFLOWS);
    expect(configured({ taskQueue: 'mine', workflowsPath: '/mine.ts' }, added).workflowsPath).toBe('/mine.ts');
  });

  it("chains the user's own bundler hook", () => {
    const hook = (config: object): object => ({ ...config, name: 'mine' });
    const { webpackConfigHook } = bundleStudyWorkflow({ workflowsPath: '/mine.ts', webpackConfigHook: hook }, 'added');
    expect(webpackConfigHook!({ plugins: [] })).toMatchObject({ name: 'mine', plugins: [{}] });
  });
});
