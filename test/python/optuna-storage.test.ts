/** A study read as a storage of Optuna: what Optuna says of it is what the study says of itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createStudySession } from '../../samplers/study-session.ts';
import { defineStudy } from '../../study/definition.ts';
import { writeJsonl } from '../../study/exchange/jsonl.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import { askSlot } from '../../study/ledger/ledger.ts';
import { recordOutcome } from '../../study/ledger/outcomes.ts';
import { recordOf } from '../../study/ledger/row.ts';
import { recordSuggestions } from '../../study/ledger/slots.ts';
import { statusOf } from '../../study/ledger/status.ts';
import type { StudyStatus } from '../../study/contract.ts';
import { ALL, bridgeVenv } from './bridge-venv.ts';
import { PACKAGE } from './venv.ts';

const TRIALS = 30;
const definition = defineStudy(
  {
    name: 'stored',
    space: {
      rate: { float: [1e-4, 1], scale: 'log' },
      width: { int: [1, 32] },
      kind: { choice: ['sgd', 'adam'] },
      momentum: { float: [0, 1], when: { kind: 'sgd' } },
      units: { array: { int: [4, 64] }, length: [1, 3] },
      order: { permutation: ['a', 'b', 'c'] },
      fold: { fixed: 3 },
    },
    objective: { name: 'accuracy', goal: 'maximize' },
    constraints: { size: { below: 20 } },
    trial: { function: 'none' },
    sampler: 'random',
    stop: { trials: TRIALS },
    seed: 3,
  },
  { directory: '/' },
);

let folder: string;
let python: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dtune-storage-'));
  python = await bridgeVenv();
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A study that was tuned, of all kinds of trials; the last one runs. @returns what it says of itself */
function tuned(): { status: StudyStatus; states: readonly string[] } {
  const ledger = createLedger(definition, 0);
  const session = createStudySession(definition, ledger.state.epochs);
  for (let number = 0; number < TRIALS; number++) {
    const slots = [{ number, asOf: ledger.state.seq }];
    const { suggestions, sampler } = session.ask(slots.map(askSlot));
    ledger.asking = slots;
    recordSuggestions(ledger, suggestions, sampler);
    const size = ledger.rows[number]!.x[1]!;
    const result = { values: [(number * 7) % 29], constraints: [size], reports: [[1, 0.5] as const] };
    const failed = { kind: 'failed', attempts: 1, notes: { reason: 'no' }, reports: [] } as const;
    const ended = number % 7 === 3 ? failed : ({ kind: 'result', attempts: 1, result } as const);
    if (number < TRIALS - 1) recordOutcome(ledger, number, ended, 5_000);
    session.push(ledger.changed.splice(0));
  }
  const records = ledger.rows.map((row) => recordOf(definition, ledger.state.epochs, row!));
  writeFileSync(join(folder, 'trials.jsonl'), [...writeJsonl(records)].join(''));
  writeFileSync(join(folder, 'study.json'), JSON.stringify({ definition }));
  return { status: statusOf(ledger), states: records.map(({ state }) => state) };
}

/** What Optuna says of the study. */
async function said(program: string): Promise<Record<string, unknown>> {
  const code = `
import json, sys, warnings
warnings.simplefilter("ignore")
import optuna
from durable_tune.optuna_storage import StudyStorage
storage = StudyStorage.from_export(sys.argv[1] + "/trials.jsonl", sys.argv[1] + "/study.json")
study = optuna.load_study(study_name="stored", storage=storage)
${program}
print(json.dumps(answer))`;
  const env = { ...process.env, PYTHONPATH: PACKAGE };
  const { stdout } = await promisify(execFile)(python, ['-c', code, folder], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
}

describe('a study as a storage of Optuna', () => {
  it('has its trials, its best one, and its directions', async () => {
    const { status, states } = tuned();
    const answer = await said(`
best = study.best_trial
answer = {
    "states": [trial.state.name for trial in study.trials],
    "infeasible": [trial.number for trial in study.trials if any(v > 0 for v in trial.constraints.values())],
    "best": [best.number, best.value],
    "params": best.params,
    "direction": study.direction.name,
    "names": study.metric_names,
    "ours": all(
        dist._contains(dist.to_internal_repr(trial.params[name]))
        for trial in study.trials for name, dist in trial.distributions.items()
    ),
}`);
    const named = { complete: 'COMPLETE', infeasible: 'COMPLETE', failed: 'FAIL', waiting: 'WAITING' };
    expect(new Set(states)).toEqual(new Set(Object.keys(named)));
    const { best } = status;
    const { order, units, fold: _fold, ...params } = best!.params as Record<string, unknown>;
    const elements = (name: string, list: unknown): object =>
      Object.fromEntries((list as unknown[]).map((value, i) => [`${name}.${i}`, value]));
    expect(answer).toEqual({
      states: states.map((state) => named[state as keyof typeof named]),
      infeasible: states.flatMap((state, number) => (state === 'infeasible' ? [number] : [])),
      best: [best!.number, best!.values['accuracy']],
      params: {
        ...params,
        ...elements('units', units),
        'units.length': (units as unknown[]).length,
        ...elements('order', order),
      },
      direction: 'MAXIMIZE',
      names: ['accuracy'],
      ours: true,
    });
  });

  it('is written by its own workflow alone', async () => {
    tuned();
    const answer = await said(`
answer = []
for write in (lambda: study.set_user_attr("a", 1), lambda: study.ask(), lambda: study.optimize(len, n_trials=1)):
    try:
        write()
    except Exception as error:
        answer.append(str(error))`);
    expect(answer).toEqual(Array(3).fill(expect.stringContaining('cannot be written as a storage of Optuna')));
  });
});

if (ALL)
  describe('its pictures', () => {
    it('are made by Optuna', async () => {
      tuned();
      const answer = await said(`
plots = ["optimization_history", "intermediate_values", "param_importances", "slice", "contour", "parallel_coordinate", "edf", "timeline", "rank"]
answer = {name: len(getattr(optuna.visualization, "plot_" + name)(study).data) for name in plots}`);
      expect(Object.keys(answer)).toHaveLength(9);
      for (const [name, traces] of Object.entries(answer)) expect(traces, name).toBeGreaterThan(0);
    });

    it('are shown by optuna-dashboard', async () => {
      tuned();
      const answer = await said(`
from threading import Thread
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server
from optuna_dashboard import wsgi
class Quiet(WSGIRequestHandler):
    def log_message(self, *_): pass
server = make_server("127.0.0.1", 0, wsgi(storage), handler_class=Quiet)
Thread(target=server.serve_forever, daemon=True).start()
get = lambda path: json.loads(urlopen(f"http://127.0.0.1:{server.server_port}/api/studies{path}").read())
shown = get("/0")
answer = {
    "studies": [each["study_name"] for each in get("")["study_summaries"]],
    "trials": len(shown["trials"]),
    "best": [each["number"] for each in shown["best_trials"]],
    "ours": study.best_trial.number,
    "importances": len(get("/0/param_importances")["param_importances"][0]),
}`);
      expect(answer).toMatchObject({ studies: ['stored'], trials: TRIALS });
      expect(answer['best']).toContain(answer['ours']);
      expect(answer['importances']).toBeGreaterThan(2);
    });
  });
