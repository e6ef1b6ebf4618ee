import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrialFailedError } from '../../study/errors.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { csvRow } from '../../study/exchange/csv-table.ts';
import { align, encodePredictions, parsePredictions, readPredictions } from '../../evaluation/predictions.ts';

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(TrialFailedError);
    return (error as Error).message;
  }
  throw new Error('expected a refusal');
};
const refused = (raw: unknown): string => refusal(() => readPredictions(raw));
const csv = (text: string): Predictions => parsePredictions(text, 'csv');

const FULL: Predictions = {
  truth: ['no', 'yes', 'no'],
  predicted: ['no', 'no', 'no'],
  classes: ['no', 'yes'],
  scores: [
    [0.9, 0.1],
    [0.6, 0.4],
    [1, 0],
  ],
  groups: ['ann', 'bob', 'bob'],
  weights: [1, 0, 2.5],
  ids: [7, 8, 9],
};

describe('predictions that are read', () => {
  it('keep all that they may have, in one order of keys', () => {
    expect(readPredictions(Object.fromEntries(Object.entries(FULL).reverse()))).toEqual(FULL);
    expect(encodePredictions(readPredictions(Object.fromEntries(Object.entries(FULL).reverse())))).toBe(
      encodePredictions(FULL),
    );
  });

  it('may be as little as truth and predicted, of numbers too, -0 as 0', () => {
    const read = readPredictions({ truth: [1.5, -0], predicted: [-2, 1e300], classes: null, ids: undefined });
    expect(Object.entries(read)).toEqual([
      ['truth', [1.5, 0]],
      ['predicted', [-2, 1e300]],
    ]);
    expect(Object.is(read.truth[1], 0)).toBe(true);
  });

  it('predict the class of the largest score where they say none, the first of equal ones', () => {
    const scores = [
      [0.2, 0.5, 0.3],
      [0.4, 0.2, 0.4],
      [0, 0, 1],
    ];
    expect(readPredictions({ truth: ['a', 'b', 'c'], scores }).predicted).toEqual(['b', 'a', 'c']);
    const classes = ['c', 'b', 'a'];
    expect(readPredictions({ truth: ['a', 'b', 'c'], scores, classes }).predicted).toEqual(['b', 'c', 'a']);
    expect(readPredictions({ truth: [1, 0, 1], scores: [0.5, [0.6], 0.1] })).toEqual({
      truth: [1, 0, 1],
      predicted: [0, 1, 0],
      scores: [[0.5], [0.6], [0.1]],
    });
  });

  it.each([
    [[1], 'the predictions are [1]: expected an object with truth and predicted, a list each'],
    [{ predicted: [1] }, 'truth is missing: expected a list with a class or number for each row'],
    [{ truth: [], predicted: [] }, 'truth is empty: expected at least one row'],
    [{ truth: 'ab', predicted: [1] }, 'truth is "ab": expected a list'],
    [{ truth: [1] }, 'predicted is missing: expected a class or number for each row, or scores'],
    [{ truth: [1, 2], predicted: [1] }, 'predicted has 1 rows, truth 2: expected one each'],
    [{ truth: [1, NaN], predicted: [1, 2] }, 'truth[1] is NaN: expected a finite number'],
    [
      { truth: [1, 'b'], predicted: [1, 2] },
      'truth[1] is "b": expected a finite number; all are text, or all are numbers',
    ],
    [{ truth: ['a', 'b'], predicted: ['a', 1] }, 'predicted[1] is 1: expected text'],
    [
      { truth: [true], predicted: [true] },
      'truth[0] is true: expected a finite number; all are text, or all are numbers; write booleans',
    ],
    [
      { truth: [1], predicted: [1], weight: [1] },
      "the unknown key 'weight': expected truth, predicted, classes, scores, groups, weights or ids; did you mean 'weights'?",
    ],
    [{ ...FULL, weights: [1, -1, 1] }, 'weights[1] is -1: expected 0 or more'],
    [{ ...FULL, weights: [1, '1', 1] }, 'weights[1] is "1": expected a finite number'],
    [{ ...FULL, weights: [0, 0, 0] }, 'all weights are 0: expected at least one above'],
    [{ ...FULL, weights: [1] }, 'weights has 1 rows, truth 3'],
    [{ ...FULL, groups: [1, 2] }, 'groups has 2 rows, truth 3'],
    [{ ...FULL, ids: [7, 8, 7] }, 'ids[2] is 7, as ids[0] is: expected each only once'],
    [{ ...FULL, classes: ['no', 'no'] }, 'classes[1] is "no", as classes[0] is'],
    [{ ...FULL, classes: ['no', 'maybe'] }, 'truth[1] is "yes": expected one of the classes ["no", "maybe"]'],
    [{ ...FULL, predicted: ['no', 'No', 'no'] }, 'predicted[1] is "No": expected one of the classes ["no", "yes"]'],
    [
      {
        ...FULL,
        scores: [
          [0.9, 0.1],
          [0.6, 0.4],
        ],
      },
      'scores has 2 rows, truth 3',
    ],
    [{ ...FULL, scores: [[0.9, 0.1], [0.6], [1, 0]] }, 'scores[1] has 1 scores: expected 2 as in scores[0]'],
    [
      {
        ...FULL,
        scores: [
          [0.9, 0.1],
          [0.6, null],
          [1, 0],
        ],
      },
      'scores[1][1] is null: expected a finite number',
    ],
    [{ ...FULL, scores: [[0.9, 0.1], 'x', [1, 0]] }, 'scores[1] is "x": expected a list with a score of each class'],
    [
      {
        ...FULL,
        scores: [
          [1, 2, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
      'scores[0] has 3 scores, but there are 2 classes ["no", "yes"]: expected one each',
    ],
    [
      {
        truth: [0, 1],
        scores: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
      'expected one each; state all classes as `classes`, in the order of the scores',
    ],
    [{ truth: [1], scores: [[0.5]] }, 'there are scores, but only the class 1: expected two classes or more'],
    [{ truth: [0, 1], scores: [0.5, 3] }, 'scores[1][0] is 3, no probability, and predicted is missing'],
  ])('are refused in words: %j', (raw, words) => {
    expect(refused(raw)).toContain(words);
  });

  it('come back the same from their JSON, byte by byte', () => {
    const label = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ truth: label, predicted: label, weight: fc.double({ min: 1e-9, max: 1e9, noNaN: true }) }),
          { minLength: 1 },
        ),
        (rows) => {
          const given = {
            truth: rows.map(({ truth }) => truth),
            predicted: rows.map(({ predicted }) => predicted),
            weights: rows.map(({ weight }) => weight),
            ids: rows.map((_, i) => i),
          };
          const text = encodePredictions(given);
          expect(parsePredictions(text, 'json')).toEqual(given);
          expect(encodePredictions(parsePredictions(text, 'json'))).toBe(text);
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });

  it('are refused where they are no JSON', () => {
    expect(refusal(() => parsePredictions('{"truth": [NaN]}', 'json'))).toBe(
      'the predictions are no JSON: JSON has no NaN or Infinity; leave such rows out',
    );
    expect(refusal(() => parsePredictions('truth,predicted', 'json'))).toMatch(
      /^the predictions are no JSON: SyntaxError/,
    );
  });
});

describe('predictions in a CSV file', () => {
  it('have headings, quotes and a byte order mark as RFC 4180 and spreadsheets write them', () => {
    const text = '\uFEFFid, truth ,predicted,weight,group\r\n7,"a, b", c,1.5,"x ""y"""\r\n8,c,"a, b",0,z\r\n';
    expect(csv(text)).toEqual({
      truth: ['a, b', 'c'],
      predicted: ['c', 'a, b'],
      groups: ['x "y"', 'z'],
      weights: [1.5, 0],
      ids: [7, 8],
    });
  });

  it('are numbers where all of truth and predicted are, as in what pandas writes', () => {
    expect(csv(',truth,predicted\n0,1.0,-2e-3\n1,3,.5\n')).toEqual({ truth: [1, 3], predicted: [-0.002, 0.5] });
    expect(csv('truth,predicted\n1,one\n2,two\n').truth).toEqual(['1', '2']);
    expect(csv('truth,predicted\n007,7\n7,007\n').truth).toEqual(['007', '7']);
  });

  it('have ids and groups as numbers only where no digit is lost', () => {
    const read = csv('truth,predicted,id,group\n1,1,007,10\n2,2,8,20\n');
    expect([read.ids, read.groups]).toEqual([
      ['007', '8'],
      [10, 20],
    ]);
  });

  it('have scores of each class, in the order of the columns, or of the second class alone', () => {
    expect(csv('truth,score:b,score:a\na,0.2,0.8\nb,0.4,0.6\n')).toEqual({
      truth: ['a', 'b'],
      predicted: ['a', 'a'],
      classes: ['b', 'a'],
      scores: [
        [0.2, 0.8],
        [0.4, 0.6],
      ],
    });
    expect(csv('truth,score\n0,0.2\n1,0.7\n')).toEqual({ truth: [0, 1], predicted: [0, 1], scores: [[0.2], [0.7]] });
    expect(csv('truth,score:1,score:0\n0,0.2,0.8\n1,0.7,0.3\n').classes).toEqual([1, 0]);
  });

  it('make the class of a lone score the second of two', () => {
    expect(csv('truth,predicted,score:a\na,a,0.9\nb,a,0.6\n')).toMatchObject({
      classes: ['b', 'a'],
      scores: [[0.9], [0.6]],
    });
  });

  it.each([
    ['', 'the file has no rows: expected the headings truth and predicted, and a line for each row'],
    ['truth,predicted\n', 'the file has no rows'],
    ['predicted\n1\n', "line 1 has no column 'truth'"],
    [
      'truth;predicted\n1;1\n',
      "line 1 has the column 'truth;predicted': expected truth, predicted, score, score:CLASS, group, weight or id; separate cells with commas",
    ],
    [
      'truth,predictd\n1,1\n',
      "line 1 has the column 'predictd': expected truth, predicted, score, score:CLASS, group, weight or id; did you mean 'predicted'?",
    ],
    ['truth,predicted,truth\n1,1,1\n', "line 1 has two columns 'truth'"],
    ['truth,score,score:1\n1,1,1\n', "line 1 has both 'score' and 'score:CLASS'"],
    ['truth,predicted\n1,1\n1\n', 'line 3 has 1 cells: expected 2 as in the headings'],
    ['truth,predicted\n1,\n', 'line 2: predicted is empty: expected a class or a number'],
    ['truth,predicted\n1,2\n\n1,nan\n', 'line 4: predicted is nan: expected a finite number; leave such rows out'],
    ['truth,predicted,weight\n1,2,x\n', 'line 2: weight is "x": expected a finite number'],
    ['truth,score\n1,inf\n', 'line 2: score is "inf": expected a finite number'],
    ['truth,predicted\n"1,2\n', 'line 2: a quoted cell is not closed'],
    ['truth,predicted,weight\n1,2,-1\n', 'weights[0] is -1: expected 0 or more'],
    ['truth\n1\n', 'predicted is missing: expected a class or number for each row, or scores'],
  ])('are refused in words: %j', (text, words) => {
    expect(refusal(() => csv(text))).toContain(words);
  });

  it('are read as they were written, whatever their classes are called', () => {
    const label = fc.string({ minLength: 1 }).map((text) => `${text.trim()}!`);
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1 }), (rows) => {
        const text = [['truth', 'predicted'], ...rows].map(csvRow).join('');
        expect(csv(text)).toEqual({ truth: rows.map(([t]) => t), predicted: rows.map(([, p]) => p) });
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});

describe('predictions of two models', () => {
  it('are put in one order by their ids', () => {
    const rows = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    fc.assert(
      fc.property(rows, (order) => {
        const shuffled = Object.fromEntries(
          Object.entries(FULL).map(([key, list]) => [key, key === 'classes' ? list : order.map((row) => list[row])]),
        ) as unknown as Predictions;
        expect(align(FULL, shuffled)).toEqual({ a: FULL, b: FULL });
      }),
      { seed: 13 },
    );
  });

  it('are taken row by row where one has no ids, if the truth is the same', () => {
    const { ids: _, ...b } = { ...FULL, predicted: ['yes', 'yes', 'no'] };
    expect(align(FULL, b)).toEqual({ a: FULL, b });
    expect(align(b, b)).toEqual({ a: b, b });
  });

  it('are refused where they are of other rows', () => {
    const { ids: _, ...plain } = FULL;
    const two = { truth: ['no', 'yes'], predicted: ['no', 'yes'] };
    const words = (a: Predictions, b: Predictions): string => refusal(() => align(a, b));
    expect(words(FULL, two)).toBe(
      'the predictions cannot be compared: they are of 3 and of 2 rows: expected the same rows; test both on the same data',
    );
    expect(words(FULL, { ...FULL, ids: [7, 8, 10] })).toContain('the row with id 9 is only in one of them');
    expect(words(plain, { ...plain, truth: ['no', 'yes', 'yes'] })).toContain(
      'the truth of row 2 is "no" and "yes": expected the same; give the rows of both ids',
    );
    expect(words(FULL, { ...FULL, truth: ['yes', 'yes', 'no'] })).toContain(
      'the truth of the row with id 7 is "no" and "yes"',
    );
    expect(words(FULL, { ...FULL, ids: ['7', '8', '9'] })).toContain('the row with id 7 is only in one of them');
  });
});
