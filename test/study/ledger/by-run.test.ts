/** Parameters that trials ask for while they run, played without a server. */
import { describe, expect, it } from 'vitest';
import type { ParameterAnswer, ParameterAsk } from '../../../study/trial/by-run.ts';
import { MAX_SUGGESTED } from '../../../study/trial/by-run.ts';
import { settle } from '../../../study/ledger/apply.ts';
import { createLedger, restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import { parametersToAsk, paramsOf, recordAsks, recordParameters } from '../../../study/ledger/by-run.ts';
import { leaseFault } from '../../../study/ledger/leases.ts';
import type { Ledger } from '../../../study/ledger/ledger.ts';
import { recordOf } from '../../../study/ledger/row.ts';
import type { Scalar } from '../../../study/space/space.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import type { ScalarSyntax } from '../../../study/syntax/parameter.ts';
import { definitionOf } from '../definitions.ts';
import { end, failed, float, go, paused, row, send, spaceOf } from './rig.ts';

const LR = { float: [1e-5, 0.1], scale: 'log' } as const;

const study = (changes: Partial<StudyDefinition> = {}): Ledger =>
  createLedger(definitionOf({ space: spaceOf(1), defineByRun: true, ...changes }), 0);

function askFor(
  ledger: Ledger,
  name: string,
  parameter: ScalarSyntax = LR,
  more: Partial<ParameterAsk> = {},
): ParameterAnswer {
  return recordAsks(ledger, [{ number: 0, name, parameter, ...more }])[0]!;
}

/** The sampler has these values for all that is asked for. */
function give(ledger: Ledger, ...values: Scalar[]): void {
  const slots = parametersToAsk(ledger);
  expect(slots).toHaveLength(values.length);
  recordParameters(
    ledger,
    slots,
    values.map((value) => ({ value, sampler: 1 })),
  );
}

const reason = (answer: ParameterAnswer): string => ('refused' in answer ? answer.refused : JSON.stringify(answer));

describe('a parameter that a trial asks for', () => {
  it('is known once the sampler has suggested it, and from then on', () => {
    const ledger = study();
    go(ledger);
    expect(askFor(ledger, 'lr')).toEqual({ wait: true });
    expect(askFor(ledger, 'lr')).toEqual({ wait: true });
    expect(parametersToAsk(ledger)).toEqual([
      { number: 0, asOf: 0, name: 'lr', domain: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' } },
    ]);
    give(ledger, 0.01);
    expect(askFor(ledger, 'lr')).toEqual({ value: 0.01 });
    expect(parametersToAsk(ledger)).toEqual([]);
    end(ledger, 0, paused('here'));
    go(ledger);
    expect(askFor(ledger, 'lr')).toEqual({ value: 0.01 });
    end(ledger, 0, 1);
    expect(askFor(ledger, 'lr')).toEqual({ ended: true });
    expect(paramsOf(ledger.state.epochs, row(ledger, 0))).toEqual({ lr: 0.01 });
    expect(ledger.state.best!.params).toEqual({ lr: 0.01 });
  });

  it('crosses continue-as-new with its row, and what waits with the state', () => {
    const ledger = study({ parallel: 2 });
    go(ledger);
    askFor(ledger, 'lr');
    give(ledger, 0.5);
    askFor(ledger, 'depth', { int: [1, 3] }, { number: 1, step: 4 });
    const { definition } = ledger;
    const rows = decodeRows(encodeRows(ledger.rows, shapeOf(definition)));
    const state = JSON.parse(JSON.stringify(ledger.state)) as Ledger['state'];
    const restored = restoreLedger(definition, state, rows);
    expect(askFor(restored, 'lr')).toEqual({ value: 0.5 });
    give(restored, 3);
    expect(row(restored, 1).suggested).toEqual([
      { name: 'depth', value: 3, domain: { kind: 'int', low: 1, high: 3, scale: 'linear' }, step: 4 },
    ]);
  });

  it('is dropped when its trial ends before it is known', () => {
    const ledger = study({ parallel: 2 });
    go(ledger);
    askFor(ledger, 'lr');
    const slots = parametersToAsk(ledger);
    end(ledger, 0, failed);
    recordParameters(ledger, slots, [{ value: 1, sampler: 1 }]);
    expect(row(ledger, 0).suggested).toBeUndefined();
    expect(parametersToAsk(ledger)).toEqual([]);
    expect(ledger.state.asked).toEqual([]);
  });

  it('is not given to a trial whose end is decided', () => {
    const ledger = study();
    go(ledger);
    expect(typeof send(ledger, { kind: 'cancel', number: 0 })).toBe('object');
    expect(askFor(ledger, 'lr')).toEqual({ ended: true });
  });

  it('has the value that the trial was enqueued with, where it can', () => {
    const ledger = study({ enqueue: [{ params: { lr: 0.02, depth: 'three' }, baseline: true }] });
    go(ledger);
    expect(askFor(ledger, 'lr')).toEqual({ value: 0.02 });
    expect(reason(askFor(ledger, 'depth', { int: [1, 3] }))).toBe(
      'depth was enqueued as "three", but the trial asks for a whole number from 1 to 3',
    );
    expect(parametersToAsk(ledger)).toEqual([]);
  });

  it('is tried again as it was, where the trial is', () => {
    const ledger = study();
    go(ledger);
    askFor(ledger, 'lr');
    give(ledger, 0.003);
    end(ledger, 0, failed);
    end(ledger, go(ledger)[0]!, 1);
    send(ledger, { kind: 'retry', number: 0 });
    const number = go(ledger).at(-1)!;
    end(ledger, number, 1);
    const again = ledger.rows.find(({ notes }) => notes?.from === 'trial 0')!;
    expect(again.notes!.fixed).toEqual({ lr: 0.003 });
  });

  it('of the space has the value that it has there', () => {
    const ledger = study({ space: spaceOf(1, float('x', 0, 1)) });
    go(ledger);
    expect(askFor(ledger, 'x', { float: [0, 1] })).toEqual({ value: 0.5 });
    expect(reason(askFor(ledger, 'x', { float: [0, 2] }))).toBe(
      'x is a parameter of the space: a number from 0 to 1; the trial asks for a number from 0 to 2',
    );
    expect(row(ledger, 0).suggested).toBeUndefined();
  });

  it('is refused in words where it cannot be', () => {
    const ledger = study();
    go(ledger);
    askFor(ledger, 'lr');
    askFor(ledger, 'model.depth', { int: [1, 3] });
    give(ledger, 0.01, 2);
    expect(reason(askFor(ledger, 'lr', { float: [1e-5, 0.1] }))).toBe(
      'lr was asked for as float, a number from 0.00001 to 0.1 on a log scale earlier in this trial, and now as float, ' +
        'a number from 0.00001 to 0.1: expected the same; give one of the two another name',
    );
    for (const [name, parameter, words] of [
      ['model', LR, 'cannot be used beside "model.depth", where it is a branch'],
      ['lr.decay', LR, 'cannot be used beside "lr", which would be both a value and a branch'],
      ['', LR, 'the name "" cannot be used, expected 1 to 200 characters'],
      ['baseline', LR, 'is taken: an enqueued trial marks the baseline with it'],
      ['k', { choice: [] }, 'k.choice is [], expected a list of 1 or more different values'],
      ['k', { fixed: 1 }, 'k is { fixed: 1 }, expected one of { float: … }'],
      ['k', 7, 'k is 7, expected one of'],
      ['k', { choice: ['x'.repeat(MAX_SUGGESTED)] }, `expected at most ${MAX_SUGGESTED}; ask for fewer`],
    ] as const)
      expect(reason(askFor(ledger, name, parameter as ScalarSyntax))).toContain(words);
    expect(parametersToAsk(ledger)).toEqual([]);
  });

  it('is refused where the study does not say that trials ask', () => {
    const ledger = createLedger(definitionOf(), 0);
    go(ledger);
    expect(reason(askFor(ledger, 'lr'))).toContain('expected defineByRun: true in its definition');
  });

  it('stays refused where the sampler has refused it', () => {
    const ledger = study();
    go(ledger);
    askFor(ledger, 'lr');
    recordParameters(ledger, parametersToAsk(ledger), [{ refused: 'no such thing' }]);
    expect(askFor(ledger, 'lr')).toEqual({ refused: 'no such thing' });
    expect(parametersToAsk(ledger)).toEqual([]);
  });

  it('is of no trial that is lent', () => {
    expect(leaseFault(study(), { requestId: 'a', leaseMs: 60_000 })).toContain('which a lent one cannot');
  });

  it('comes one by one where it depends on the ones before', () => {
    const ledger = study({ sampler: { name: 'brute-force', options: {} }, parallel: 2 });
    go(ledger);
    for (const number of [0, 1]) {
      askFor(ledger, 'a', { bool: true }, { number });
      askFor(ledger, 'b', { bool: true }, { number });
    }
    expect(parametersToAsk(ledger).map(({ number, name }) => [number, name])).toEqual([
      [0, 'a'],
      [1, 'a'],
    ]);
    give(ledger, true, false);
    expect(parametersToAsk(ledger).map(({ name, path }) => [name, path!.map(({ value }) => value)])).toEqual([
      ['b', [true]],
      ['b', [false]],
    ]);
  });
});

describe('trials of elsewhere', () => {
  it('bring what trials would ask for, told and imported', () => {
    const ledger = study({ space: spaceOf(1, float('x', 0, 1)) });
    send(ledger, { kind: 'tell', params: { x: 0.25, lr: 0.1 }, result: 3 });
    send(ledger, { kind: 'import', trials: [{ params: { x: 0.5, kind: 'mlp' }, state: 'complete', value: 1 }] });
    settle(ledger, 0);
    expect(ledger.rows.map((each) => recordOf(ledger.definition, ledger.state.epochs, each).params)).toEqual([
      { x: 0.25, lr: 0.1 },
      { x: 0.5, kind: 'mlp' },
    ]);
    expect(ledger.rows[0]!.suggested).toEqual([{ name: 'lr', value: 0.1 }]);
  });

  it('are refused where a value is none that a trial could ask for', () => {
    const ledger = study();
    expect(send(ledger, { kind: 'tell', params: { lr: [1, 2] }, result: 3 })).toContain(
      'lr cannot be [1, 2]: expected text',
    );
    expect(
      send(ledger, { kind: 'enqueue', trials: [{ params: { __proto__x: 1, 'a.__proto__': 1 }, baseline: false }] }),
    ).toContain("'__proto__' means something to JavaScript");
  });
});
