import { describe, expect, it } from 'vitest';
import { studyText, runSummary } from '../../../cli/output.ts';
import { progressLine } from '../../../cli/progress.ts';
import { verdictText } from '../../../cli/verdict/text.ts';
import { evaluatedInput, EVALUATION, JUDGEMENT, judged, promoted, statusOf } from '../evaluated.ts';

const { judgement: _judgement, ...UNJUDGED } = EVALUATION;

describe('dtune verdict', () => {
  it('says what was decided, why, on what ground, and what speaks against it', () => {
    const evaluation = promoted({ state: 'waiting for approval', until: '2026-01-04T03:14:05.000Z' });
    expect(verdictText(evaluatedInput(evaluation))).toMatchInlineSnapshot(`
      "verdict     promote: the challenger is better by at least what is worth a change, with chance kept in check
      metric      balancedAccuracy, maximize
      champion    0.90617 (trial 0)
      challenger  0.9452 (trial 3)
      effect      +0.039 (95 % interval +0.0121 to +0.0661)
                  more than 0 is better; worth a change: more than 0.005
      method      paired bootstrap on 450 rows, p = 0.0034
      looks       look 1 at this test data, alpha 0.05 for it; 0.05 of 0.05 spent by all looks so far
      guards      2 warnings
        warning   bound: the best has lr 0.0998, within 5 % of its upper bound 0.1
        advice    widen lr upwards and continue the study: dtune set digits --space wider.yaml
        warning   gap: training reaches 0.999, validation 0.871: 0.128 apart, where at most 0.1 is expected
        advice    regularise, or bound what lets the model learn its rows by heart
        unchecked costs: the study states no costs of mistakes
      promotion   waits for approval until 2026-01-04 03:14 UTC: dtune approve digits, or dtune reject digits"
    `);
  });

  it('counts the warnings that block a promotion', () => {
    const [first, second] = JUDGEMENT.warnings;
    const warnings = [first!, { ...second!, blocks: true }];
    const text = verdictText(evaluatedInput(judged({ decision: 'inconclusive' }, { warnings })));
    expect(text).toContain('guards      2 warnings, 1 of which blocks a promotion');
    expect(text).toContain('  warning   gap (blocks a promotion): training reaches 0.999');
    expect(verdictText(evaluatedInput(judged({}, { warnings: [first!] })))).toContain('guards      1 warning\n');
    expect(verdictText(evaluatedInput(judged({}, { warnings: [] })))).toContain('guards      no warning\n');
  });

  it('says why there is none, and still what the guards saw', () => {
    expect(verdictText(evaluatedInput({ ...UNJUDGED, reason: 'stopped --now' }))).toBe(
      "verdict     none: study 'digits' ended its evaluation without a verdict (stopped --now)",
    );
    const input = { ...evaluatedInput({ ...UNJUDGED, reason: 'stopped --now' }), warnings: JUDGEMENT.warnings };
    expect(verdictText(input)).toContain('guards      2 warnings\n  warning   bound: the best has lr 0.0998');
  });
});

describe('the status of a study with replicates', () => {
  const noise = { standardDeviation: 0.02, degreesOfFreedom: 30, interval: [0.016, 0.0268] } as const;
  const status = statusOf(undefined);
  const best = { ...status.best!, replicates: 6, standardError: 0.008165 };

  it('says how sure the best value is, and how much one run differs from another', () => {
    const lines = studyText({ ...status, best, noise }).split('\n');
    expect(lines).toContain(
      'noise     a run differs by 0.02 (standard deviation, in 95 of 100 cases 0.016 to 0.0268; 30 degrees of freedom)',
    );
    expect(lines.find((line) => line.startsWith('best'))).toMatch(/ ± 0\.008165 \(trial \d+, mean of 6 runs\)$/);
    expect(runSummary({ ...status, best, noise })).toMatchObject({ noise, best });
  });

  it('says so while there is one run alone', () => {
    const { standardError: _unknown, ...once } = { ...best, replicates: 1 };
    expect(studyText({ ...status, best: once })).toMatch(/best .* \(trial \d+, one run\)/);
  });
});

describe('the status of an evaluated study', () => {
  it('ends with the verdict, the warnings and the promotion', () => {
    const status = statusOf(promoted({ state: 'rejected', by: 'ada' }));
    expect(studyText(status).split('\n').slice(-4)).toEqual([
      'verdict   promote: the challenger is better by at least what is worth a change, with chance kept in check',
      'warning   bound: the best has lr 0.0998, within 5 % of its upper bound 0.1',
      'warning   gap: training reaches 0.999, validation 0.871: 0.128 apart, where at most 0.1 is expected',
      'promotion rejected by ada',
    ]);
  });

  it('tells where the evaluation stands, or why it has ended', () => {
    expect(studyText(statusOf({ ...UNJUDGED, phase: 'judging' }))).toContain(
      'verdict   the final test is being judged',
    );
    expect(studyText(statusOf({ ...UNJUDGED, reason: 'no trial to test' }, { best: null }))).toContain(
      'best      none yet\nverdict   none: no trial to test',
    );
  });

  it('says nothing of it where there is none', () => {
    expect(studyText(statusOf(undefined))).not.toContain('verdict');
    expect(runSummary(statusOf(undefined))).not.toHaveProperty('evaluation');
    expect(runSummary(statusOf(EVALUATION))).toMatchObject({ evaluation: EVALUATION });
  });
});

describe('the line of progress', () => {
  const line = (evaluation: Parameters<typeof statusOf>[0]): string => {
    const { finishedAt: _finishedAt, ...open } = statusOf(evaluation, { trials: 5 });
    return progressLine(open, Date.parse('2026-01-02T04:00:00.000Z'));
  };

  it('tells of the final test instead of a rate of trials', () => {
    expect(line({ ...UNJUDGED, phase: 'testing' })).toContain('the final test is under way, 4 of 4 runs done');
    expect(line({ ...UNJUDGED, phase: 'testing' })).not.toMatch(/trials\/|left|running/);
  });

  it('asks for the word of a person', () => {
    expect(line(promoted({ state: 'waiting for approval' }))).toContain(
      'waits for approval: dtune approve digits, or dtune reject digits',
    );
  });
});
