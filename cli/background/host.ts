/**
 * A worker process: serves the study queue and the trials of its studies, as they come and go. One that belongs to a home also
 * brings the home's embedded server back when it has died, and ends itself and the server some time after the last study.
 */
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { RunnerRules } from '../../activities/runners/create-runner.ts';
import { createStudyWorker, createTrialWorker } from '../../worker.ts';

export interface ServedStudy extends Required<Omit<RunnerRules, 'functions'>> {
  readonly name: string;
  /** Whether others run its trials: then it is served as long as it is open, but needs no worker of its own. */
  readonly elsewhere: boolean;
}

export interface HostOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly artifacts: string;
  /** The studies to serve now; asked every 300 ms. */
  readonly studies: () => Promise<readonly ServedStudy[]>;
  /** Whether a promotion may run this command; asked of any study. */
  readonly allowPromotion: (command: readonly string[]) => boolean | Promise<boolean>;
  /** Called every 2 s, while it serves: for what must be kept alive around it. */
  readonly care: () => Promise<void>;
  /** Ends after `ms` milliseconds without studies, if it then may; absent: never. */
  readonly idle?: { readonly ms: number; readonly mayEnd: () => Promise<boolean> };
  readonly slots?: number;
  readonly stickyMs?: number;
  readonly deployment?: { readonly name: string; readonly buildId: string };
  readonly signal: AbortSignal;
}

/** Serves until idle or told to end by the signal; trials in flight go to another worker then. */
export async function hostStudies(options: HostOptions): Promise<void> {
  const { connection, namespace, artifacts, allowPromotion, signal, idle, stickyMs, deployment } = options;
  const studyWorker = await createStudyWorker({
    connection,
    namespace,
    artifacts,
    allowPromotion,
    ...(stickyMs !== undefined && { stickyMs }),
    ...(deployment && { deployment }),
  });
  const serving = new Map<string, Serving>();
  let failure: unknown;
  const fail = (error: unknown): void => void (failure ??= error);
  const studies = start(studyWorker, fail);
  let lastStudy = Date.now();
  let lastCare = 0;
  while (!signal.aborted && failure === undefined) {
    const wanted = await options.studies();
    if (wanted.length > 0) lastStudy = Date.now();
    if (idle && Date.now() - lastStudy >= idle.ms && (await idle.mayEnd())) break;
    await serve(options, serving, wanted, fail);
    if (Date.now() - lastCare > 2000) {
      await options.care();
      lastCare = Date.now();
    }
    await pause(300, signal);
  }
  const all = [studies, ...serving.values()];
  for (const { worker } of all) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.all(all.map(({ ended }) => ended));
  if (failure !== undefined) throw failure;
}

interface Running {
  readonly worker: Worker;
  readonly ended: Promise<void>;
}

interface Serving extends Running {
  study: ServedStudy;
}

function start(worker: Worker, fail: (error: unknown) => void): Running {
  return { worker, ended: worker.run().catch(fail) };
}

async function serve(
  options: HostOptions,
  serving: Map<string, Serving>,
  wanted: readonly ServedStudy[],
  fail: (error: unknown) => void,
): Promise<void> {
  const { connection, namespace, artifacts, slots } = options;
  for (const study of wanted) {
    const { name, elsewhere } = study;
    if (elsewhere) continue;
    const served = serving.get(name);
    if (served) {
      served.study = study;
      continue;
    }
    // as the study is served now: one of the same name may have been started again with another command
    const now = (): ServedStudy | undefined => serving.get(name)?.study;
    const worker = await createTrialWorker({
      connection,
      namespace,
      study: name,
      functions: {},
      artifacts,
      allowCommand: (command) => now()?.allowCommand(command) ?? false,
      allowJob: (job) => now()?.allowJob(job) ?? false,
      allowPrivateHttp: (http) => now()?.allowPrivateHttp(http) ?? false,
      allowEnvironment: (variable, http) => now()?.allowEnvironment(variable, http) ?? false,
      ...(slots !== undefined && { slots }),
    });
    serving.set(name, { ...start(worker, fail), study });
  }
  for (const [name, { worker, ended }] of serving) {
    if (wanted.some((study) => study.name === name && !study.elsewhere)) continue;
    serving.delete(name);
    worker.shutdown();
    await ended;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
