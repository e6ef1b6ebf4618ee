/** Forks and continuations of populations: what is refused in words, and what they begin with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishCheckpoint, removeCheckpoint } from '../../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../../artifacts/checkpoint-name.ts';
import { fileStore } from '../../artifacts/store.ts';
import { continuationOf, forkOf } from '../../client/forking.ts';
import { refuseGone } from '../../client/population-branches.ts';
import type { RecordedStudy } from '../../client/record.ts';
import { statusOf } from '../../study/ledger/status.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { logOf, population, run } from '../study/ledger/populations.ts';
import { messageOf } from '../study/studies.ts';

function recorded(options: object = {}, changes: Partial<StudyDefinition> = {}): RecordedStudy {
  const definition = population(options, { name: 'digits', ...changes });
  const ledger = run(definition, (running) => running[0]);
  return { definition, log: logOf(ledger), rows: ledger.rows, status: statusOf(ledger, 1), isOpen: false };
}

const source = recorded();

describe('a fork of a population', () => {
  it('begins where a generation did, and may have more of them', () => {
    const fork = forkOf(source, { generation: 2, generations: (now) => now + 3 });
    expect(fork.definition).toMatchObject({ name: 'digits-fork-10', scheduler: { options: { generations: 7 } } });
    expect(fork.past.state).toMatchObject({ next: 10, tags: { 'forked-from': 'digits@10' } });
    expect(fork.past.state.scheduling!.own).toMatchObject({ turn: 2, rules: { generations: 7 } });
    expect(forkOf(source, { generation: 0 }).past.rows).toEqual([]);
  });

  it.each([
    [{ generation: 9 }, "study 'digits' cannot be forked at generation 9: expected a whole number from 0 to 4"],
    [
      { generation: 4 },
      "a fork of study 'digits' at 20 would end at once: all 4 generations are trained; give it more than that",
    ],
    [
      { at: 12, generations: () => 2 },
      "study 'digits': 2 generations, expected a whole number from 3, the generation that it is in",
    ],
  ])('is refused in words: %j', (options, message) => {
    expect(messageOf(() => forkOf(source, options))).toBe(message);
  });

  it('of one whose members are decided one by one has a number of trials, and no more generations', () => {
    const apart = recorded({ synchronous: false });
    expect(forkOf(apart, { at: 7 }).past.state.next).toBe(7);
    expect(messageOf(() => forkOf(apart, { generation: 2 }))).toBe(
      "study 'digits' cannot be forked at generation 2, since its members are decided one by one; give a number of trials",
    );
    expect(messageOf(() => forkOf(apart, { at: 7, generations: (now) => now + 1 }))).toBe(
      "study 'digits' decides its members one by one, knowing where they end: its generations stay; start a study with more",
    );
  });

  it('of a running one needs one that keeps its checkpoints', () => {
    expect(messageOf(() => forkOf({ ...source, isOpen: true }, { at: 5 }))).toContain(
      "study 'digits' is running, and takes checkpoints away",
    );
    expect(forkOf({ ...recorded({ keep: true }), isOpen: true }, { at: 5 }).past.state.next).toBe(5);
  });

  it('of a study with another scheduler is refused', () => {
    const scheduler = { name: 'asha', options: {} };
    const other = { ...source, definition: { ...source.definition, scheduler } };
    expect(messageOf(() => forkOf(other, { at: 5 }))).toBe(
      "study 'digits' has the scheduler asha, and cannot be forked or continued; start a study with warmStart: { study: digits }",
    );
  });
});

describe('a continuation of a population', () => {
  it('has more generations, and says so in its log', () => {
    const { definition, past } = continuationOf(source, { generations: (now) => now + 2 });
    expect(definition.scheduler!.options).toMatchObject({ generations: 6 });
    expect(past.state.stopped).toBeNull();
    expect(past.state.edits.at(-1)!.edit).toEqual({
      kind: 'note',
      text: 'continued after 20 trials, generations 4 -> 6',
    });
    expect(messageOf(() => continuationOf(source, {}))).toBe(
      "study 'digits' would end at once: all 4 generations are trained; give it more than that",
    );
  });

  it('has more trials where these ended it', () => {
    const short = recorded({}, { stop: { trials: 8, maxFailures: 99 } });
    const { past } = continuationOf(short, { stop: ({ trials = 0 }) => ({ trials: trials + 4 }) });
    expect(past.state).toMatchObject({ stopped: null, stop: { trials: 12 }, next: short.rows.length });
  });
});

describe('checkpoints that a branch goes on from', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'branches-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it('have to be there, those that nobody goes on from need not', async () => {
    const { objects } = fileStore(join(root, 'store'));
    const kept = await mkdtemp(join(root, 'state-'));
    await writeFile(join(kept, 'state'), 'trained');
    const rows = await Promise.all(
      source.rows.map(async (row) => {
        if (row.state !== 'complete' && row.state !== 'infeasible') return row;
        const of = { study: 'digits', run: 'first', trial: String(row.number), attempt: 1 };
        return { ...row, notes: { ...row.notes, checkpoint: await publishCheckpoint(objects, of, 1, kept) } };
      }),
    );
    const uri = (number: number): string => rows[number].notes!.checkpoint!;
    const stored = rows.map((row) =>
      row.lineage ? { ...row, lineage: { ...row.lineage, checkpoint: uri(row.lineage.parent) } } : row,
    );
    const fork = forkOf({ ...source, rows: stored }, { generation: 2 });
    const parents = new Set(stored.slice(10, 15).map(({ lineage }) => lineage!.parent));
    for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      if (!parents.has(number) && rows[number].notes?.checkpoint !== undefined)
        await removeCheckpoint(objects, readCheckpointUri(uri(number))!.name);
    await refuseGone(fork, 'digits');
    const [needed] = parents;
    await removeCheckpoint(objects, readCheckpointUri(uri(needed))!.name);
    await expect(refuseGone(fork, 'digits')).rejects.toThrow(
      `the checkpoint of trial ${needed} of study 'digits' is gone, and members were to go on from it`,
    );
  });
});
