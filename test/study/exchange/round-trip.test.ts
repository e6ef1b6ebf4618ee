import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { readBayesOptJson, writeBayesOptJson } from '../../../study/exchange/bayes-opt.ts';
import { readCsv, writeCsv } from '../../../study/exchange/csv.ts';
import type { ForeignTrial } from '../../../study/exchange/foreign-trial.ts';
import { readJsonl, writeJsonl } from '../../../study/exchange/jsonl.ts';
import { mapTrials } from '../../../study/exchange/map-trials.ts';
import { encodeFull } from '../../../study/space/point.ts';
import type { Space } from '../../../study/space/space.ts';
import { spaces } from '../spaces.ts';
import { ended, studies, studiesOf, type Study } from './records.ts';

/** What was read fits, and gives the very points of the records. */
function expectSamePoints({ definition }: Study, read: readonly ForeignTrial[], written: readonly unknown[]): void {
  const { mapped, left } = mapTrials(read, definition);
  expect(left).toEqual([]);
  const compiled = compileSpace(definition.space);
  const points = (written as readonly ForeignTrial[]).map(({ params }) => [...encodeFull(compiled, params)]);
  expect(mapped.map(({ x }) => [...x])).toEqual(points);
  expect(mapped.map(({ params }) => params)).toEqual((written as readonly ForeignTrial[]).map(({ params }) => params));
}

describe('an export', () => {
  it('comes back from JSON lines without loss', () => {
    fc.assert(
      fc.property(studies, (study) => {
        const read = readJsonl([...writeJsonl(study.records)].join(''), study.definition);
        expect(read).toEqual(ended(study));
        expectSamePoints(study, read, ended(study));
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it('comes back from CSV without loss', () => {
    fc.assert(
      fc.property(studies, (study) => {
        const read = readCsv([...writeCsv(study.records)].join(''), study.definition);
        expect(read).toEqual(ended(study));
        expectSamePoints(study, read, ended(study));
      }),
      { seed: 12, numRuns: 1000 },
    );
  });
});

describe('a log for bayesian-optimization', () => {
  const plain: fc.Arbitrary<Space> = spaces.map((space) => ({
    ...space,
    parameters: space.parameters.flatMap(({ name, domain }) =>
      domain.kind === 'array' || domain.kind === 'permutation' ? [] : [{ name, domain }],
    ),
  }));

  it('gives the complete trials again, whatever the goal', () => {
    fc.assert(
      fc.property(studiesOf(plain, 1), (study) => {
        const { definition, records } = study;
        const complete = records.filter(({ state }) => state === 'complete');
        const read = readBayesOptJson([...writeBayesOptJson(records, definition)].join(''), definition);
        expect(read.map(({ values }) => values)).toEqual(complete.map(({ values }) => Object.values(values!)));
        expect(read.map(({ constraints }) => constraints)).toEqual(
          complete.map(({ constraints }) => constraints && Object.values(constraints)),
        );
        expectSamePoints(study, read, complete);
      }),
      { seed: 13, numRuns: 500 },
    );
  });
});
