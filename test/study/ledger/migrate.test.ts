import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StudyInput } from '../../../study/contract.ts';
import { restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows } from '../../../study/ledger/blocks.ts';
import { STATE_VERSION } from '../../../study/ledger/ledger.ts';
import { migrate } from '../../../study/ledger/migrate.ts';
import { slotsToAsk } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';

/** What a study of 0.1 carried over its first continue-as-new: order trial, 4 in parallel, 8 of 30 trials committed. */
const { input, rows } = JSON.parse(readFileSync(new URL('./fixtures/carried-v1.json', import.meta.url), 'utf8')) as {
  input: StudyInput;
  rows: string;
};

describe('a snapshot of version 1', () => {
  it('goes on where it was: the same rows, counts and slots', () => {
    const { ledger: state, epochs } = migrate(input.definition, input.carried!);
    expect(state.version).toBe(STATE_VERSION);
    expect(epochs).toBe(0);
    const ledger = restoreLedger(input.definition, state, decodeRows(Buffer.from(rows, 'base64')));
    expect(ledger.rows.map(({ number, state: each }) => [number, each])).toEqual([
      [4, 'complete'],
      [5, 'complete'],
      [6, 'complete'],
      [7, 'complete'],
    ]);
    expect(slotsToAsk(ledger)).toEqual([8, 9, 10, 11].map((number) => ({ number, asOf: number - 3 })));
    expect(statusOf(ledger)).toMatchObject({
      status: 'running',
      counts: { complete: 8 },
      told: 0,
      best: { number: 0, values: { loss: 0 } },
    });
  });

  it('keeps its enqueued trials and its stop', () => {
    const enqueue = Array.from({ length: 14 }, (_, i) => ({ params: { x: i / 20 }, baseline: false }));
    const edit = { seq: 9, kind: 'stop', at: 5, request: { requestId: 'r', now: false, why: 'enough' } };
    const stopped = { status: 'stopped', reason: 'enough' };
    const carried = { ...input.carried!, ledger: { ...input.carried!.ledger, edits: [edit], stopped } as never };
    const { ledger: state } = migrate({ ...input.definition, enqueue }, carried);
    expect(state.opened[0]).toEqual({ number: 8, asOf: 5, queued: enqueue[8] });
    expect(state.queue).toEqual(enqueue.slice(12));
    expect(state.stopped).toEqual(stopped);
    expect(state.edits).toEqual([
      { requestId: 'r', why: 'enough', edit: { kind: 'stop', now: false }, time: 5, seq: 9 },
    ]);
  });
});

describe('a snapshot of a newer version', () => {
  it('is refused in words', () => {
    const newer = { ...input.carried!, ledger: { ...input.carried!.ledger, version: STATE_VERSION + 1 } };
    expect(() => migrate(input.definition, newer)).toThrow(
      `study 'continued' was carried on by a newer durable-tune (its ledger has version ${STATE_VERSION + 1}, this program reads up ` +
        `to ${STATE_VERSION}): start a worker of that version, or a newer one`,
    );
  });
});
