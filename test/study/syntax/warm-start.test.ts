import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('warmStart', () => {
  it('names a study or a file, whose format its ending tells', () => {
    expect(define('warmStart: { study: digits, keep: 50 }').warmStart).toEqual({ study: 'digits', keep: 50 });
    expect(define('warmStart: { file: ../old/trials.CSV, skip: true }').warmStart).toEqual({
      file: '/home/old/trials.CSV',
      format: 'csv',
      skip: true,
    });
    expect(define('warmStart: { file: /logs/bo.json }').warmStart).toEqual({
      file: '/logs/bo.json',
      format: 'bayes-opt',
    });
    expect(define('warmStart: { file: trials.txt, format: jsonl }').warmStart).toEqual({
      file: '/home/me/trials.txt',
      format: 'jsonl',
    });
    expect(define('').warmStart).toBeUndefined();
  });

  it('says how names and spaces relate', () => {
    const mapping = { map: { learning_rate: 'x' }, values: { val_loss: 'loss' }, assume: { x: 0 }, drop: ['dropout'] };
    expect(define({ warmStart: { study: 'digits', ...mapping } }).warmStart).toEqual({ study: 'digits', ...mapping });
  });

  const example = 'write warmStart: { study: digits }, or warmStart: { file: trials.csv }';
  it.each([
    ['digits', `warmStart is "digits", expected where trials come from; ${example}`],
    [{}, `warmStart is {}, expected either study or file; ${example}`],
    [
      { study: 'a', file: 'b.csv' },
      `warmStart is { study: "a", file: "b.csv" }, expected either study or file; ${example}`,
    ],
    [{ study: 7 }, `warmStart.study is 7, expected a name or a path; ${example}`],
    [
      { file: 'trials.txt' },
      'warmStart.file is "trials.txt", expected a file that ends in .csv, .jsonl or .json; say which it is: format: csv',
    ],
    [{ study: 'a', format: 'csv' }, 'warmStart.format is "csv", expected no format beside study; leave it out'],
    [
      { file: 'a.csv', format: 'excel' },
      'warmStart.format is "excel", expected jsonl, csv or bayes-opt; write one of jsonl, csv, bayes-opt',
    ],
    [{ study: 'a', keep: 0 }, 'warmStart.keep is 0, expected a whole number from 1 to 1000000; leave it out for all'],
    [
      { study: 'a', map: { lr: 1 } },
      'warmStart.map.lr is 1, expected a name of this study; write { theirs: ours }, say { learning_rate: lr }',
    ],
    [{ study: 'a', drop: 'lr' }, 'warmStart.drop is "lr", expected a list of names; write drop: [dropout], say'],
    [
      { study: 'a', skip: 'yes' },
      'warmStart.skip is "yes", expected true or false; leave it out, and what does not fit is refused',
    ],
    [
      { study: 'a', best: 5 },
      'warmStart.best (value 5) is not a known key, expected study, file, format, map, values, assume, drop, keep or skip; remove it',
    ],
  ])('refuses %j in words', (warmStart, fault) => {
    expect(faults({ warmStart })).toBe(fault);
  });
});
