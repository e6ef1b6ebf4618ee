import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../cli/report.ts';
import { reportInputOf, type ReportInput } from '../../../cli/report/input.ts';
import { evaluatedInput, EVALUATED, EVALUATION, JUDGEMENT, judged, promoted, statusOf } from '../evaluated.ts';
import { rowWith, sectionOf, textOf, textUnder } from '../page.ts';

const NASTY = `<script>alert(1)</script>&"'`;

describe('the verdict of a report', () => {
  it('is a headline, the reason, and the facts it rests on', async () => {
    expect(textUnder(await htmlReport(evaluatedInput()), 'Verdict')).toMatchInlineSnapshot(
      `"Verdict Promote the challenger the challenger is better by at least what is worth a change, with chance kept in check Effect on balancedAccuracy By balancedAccuracy (maximize) the effect is +0.039, its interval goes from +0.0121 to +0.0661, where more than 0 is better; worth a change is more than 0.005. 0 0.02 0.04 0.06 no difference worth a change +0.039 ◂ challenger worse challenger better ▸ Metric balancedAccuracy, maximize Champion 0.90617 (trial 0) Challenger 0.9452 (trial 3) Effect +0.039 (95 % interval +0.0121 to +0.0661) Worth a change more than 0.005 Method paired bootstrap on 450 rows, p = 0.0034 Looks look 1 at this test data, alpha 0.05 for it; 0.05 of 0.05 spent by all looks so far The 2 runs of the final test accuracy by seed Seed Champion Challenger 11 0.905 0.9452 12 0.907 failed: the loss is NaN"`,
    );
  });

  it.each([
    ['keep', 'Keep the champion'],
    ['inconclusive', 'Inconclusive: not enough to decide'],
  ] as const)('says of %s: %s', async (decision, headline) => {
    const section = sectionOf(await htmlReport(evaluatedInput(judged({ decision }))), 'Verdict');
    expect(section).toContain(`<p class="decision">${headline}</p>`);
    expect(section).toContain(`class="result ${decision}"`);
  });

  it('says why there is none', async () => {
    const { evaluate: _evaluate, promote: _promote, ...definition } = EVALUATED;
    const page = await htmlReport(reportInputOf({ definition, status: statusOf(undefined), trials: [] }));
    expect(textUnder(page, 'Verdict')).toBe(
      "Verdict No verdict Study 'digits' has no evaluate: in its study file, so nothing was tested; add it and run the file with --new.",
    );
    for (const heading of ['Guards', 'Metrics of the final test', 'Confusion matrices'])
      expect(sectionOf(page, heading)).toBe('');
  });

  it('tells what became of the promotion, with what its action printed', async () => {
    const evaluation = promoted({ state: 'failed', by: 'ada', output: 'deploying\nno route to host' });
    const section = sectionOf(await htmlReport(evaluatedInput(evaluation)), 'Verdict');
    expect(textOf(`<body>${section}`)).toContain('Promotion failed: no route to host, approved by ada');
    expect(section).toMatch(/<pre>deploying\nno route to host<\/pre>/);
  });

  it('shows each run by its seed, and the first line of why one failed', async () => {
    const section = sectionOf(await htmlReport(evaluatedInput()), 'Verdict');
    expect(rowWith(section, '11')).toBe('11 0.905 0.9452');
    expect(rowWith(section, '12')).toBe('12 0.907 failed: the loss is NaN');
  });
});

describe('the guards of a report', () => {
  it('are what was seen and what to do, those that block first', async () => {
    const [bound, gap] = JUDGEMENT.warnings;
    const warnings = [bound!, { ...gap!, blocks: true }];
    const section = sectionOf(
      await htmlReport(evaluatedInput(judged({ decision: 'inconclusive' }, { warnings }))),
      'Guards',
    );
    const items = section.match(/<li class="[^]*?<\/li>/g)!.map((item) => textOf(`<body>${item}`).trim());
    expect(items).toEqual([
      `gap blocks a promotion ${gap!.saw} What to do: ${gap!.advice}`,
      `bound ${bound!.saw} What to do: ${bound!.advice}`,
    ]);
  });

  it('fold what could not be looked at', async () => {
    const section = sectionOf(await htmlReport(evaluatedInput()), 'Guards');
    const folded = section.slice(section.indexOf('<details>'));
    expect(textOf(`<body>${folded}`).trim()).toBe(
      '1 guard could not look: costs costs the study states no costs of mistakes',
    );
  });

  it('say that nothing speaks against the result', async () => {
    const page = await htmlReport(evaluatedInput(judged({}, { warnings: [], unchecked: [] })));
    expect(textUnder(page, 'Guards')).toBe('Guards Nothing speaks against the result.');
  });

  it('are shown of a study that was never judged, too', async () => {
    const input: ReportInput = {
      ...reportInputOf({ definition: EVALUATED, status: statusOf(undefined), trials: [] }),
      warnings: JUDGEMENT.warnings,
    };
    expect(textUnder(await htmlReport(input), 'Guards')).toContain(JUDGEMENT.warnings[0]!.saw);
  });
});

describe('the scores of a report', () => {
  it('are a row a metric, the better value of it marked', async () => {
    const section = sectionOf(await htmlReport(evaluatedInput()), 'Metrics of the final test');
    expect(rowWith(section, 'balancedAccuracy')).toBe('balancedAccuracy, which decides 0.90617 0.9452');
    expect(rowWith(section, 'logLoss')).toBe('logLoss (less is better) 0.3121 0.3542');
    expect(rowWith(section, 'rocAucOvr')).toBe('rocAucOvr – 0.9921');
    expect([...section.matchAll(/<strong>([^<]*)/g)].map(([, value]) => value)).toEqual(['0.9452', '0.9171', '0.3121']);
  });

  it('are confusion matrices with counts and shares of each row', async () => {
    const section = sectionOf(await htmlReport(evaluatedInput()), 'Confusion matrices');
    expect(textOf(`<body>${section}`)).toContain('Champion: 408 of 450 right (90.7 %)');
    expect(textOf(`<body>${section}`)).toContain('Challenger: 425 of 450 right (94.4 %)');
    expect(rowWith(section, 'eight')).toBe('eight 6 4 % 25 16.7 % 119 79.3 %');
    expect(section.match(/<th scope="row">/g)).toHaveLength(6);
    expect(section.match(/class="[^"]*\bhit\b/g)).toHaveLength(6);
    expect(section.match(/class="[^"]*\bmiss\b/g)).toHaveLength(12);
  });

  it('are one matrix below the other, counts alone, where there are many classes', async () => {
    const classes = Array.from({ length: 20 }, (_, i) => `c${i}`);
    // a class that does not occur has no shares
    const counts = classes.map((_, i) => classes.map((_each, j) => (i === j && i > 0 ? 50 : 0)));
    const page = await htmlReport(evaluatedInput(judged({}, { confusion: { challenger: { classes, counts } } })));
    const section = sectionOf(page, 'Confusion matrices');
    expect(section).toContain('class="pair wide"');
    expect(section).not.toContain('<small>');
    expect(textOf(`<body>${section}`)).toContain('Challenger: 950 of 950 right (100 %)');
    expect(section).not.toContain('NaN');
  });
});

describe('the rest of a report', () => {
  it('draws the learning curves of best and defaults, with a name and a description', async () => {
    const page = await htmlReport(evaluatedInput());
    const section = sectionOf(page, 'Learning curves');
    expect(section).toContain('role="img" aria-labelledby="curves-title" aria-describedby="curves-desc"');
    expect(section).toMatch(/best \(trial 3\): from 0\.801 at step 1 to 0\.931\d* at step 12\./);
    for (const name of ['best (trial 3)', 'defaults (trial 0)', 'step', 'reported value'])
      expect(section).toContain(`>${name}</text>`);
    const { trials, ...rest } = evaluatedInput();
    const silent = trials.map((trial) => ({ ...trial, reports: [] }));
    expect(await htmlReport({ ...rest, trials: silent })).not.toContain('Learning curves');
  });

  it('says how it was tuned and tested, and how to do it again', async () => {
    const page = await htmlReport(evaluatedInput());
    expect(textUnder(page, 'How it was tuned')).toMatchInlineSnapshot(
      `"How it was tuned Sampler random, seed 7 Trials function trial; one after another, order: completion Budget 5 trials, or 10 failures Tuning split 5-fold cross-validation, 2 times, by class Final test 25 % of the rows, which tuning never sees Decided by balancedAccuracy (also computed: mcc, logLoss, rocAucOvr); worth a change: more than 0.005; 5 % chance of a false promotion over all looks at the test data; 2 runs of each candidate Guards imbalance from 80 % of one class on; training better than validation by more than 0.1 is a warning; 5 % at each end of a range counts as its bound; off: seeds Promotion runs ./deploy.sh --stage live, once somebody approves within 2d; at most 10m an attempt, repeated up to 3 times under the same key"`,
    );
    expect(textUnder(page, 'Do it again')).toContain('dtune replay digits');
    expect(textUnder(page, 'Do it again')).toContain('dtune fork digits --at 3');
    expect(textUnder(page, 'Do it again')).toContain('the 2 changes made under way');
    const { edits: _edits, ...untouched } = evaluatedInput();
    expect(textUnder(await htmlReport(untouched), 'Do it again')).not.toContain('dtune log');
  });

  it('shows what others wrote as text, never as markup', async () => {
    const table = {
      classes: [NASTY, 'b'],
      counts: [
        [1, 0],
        [0, 1],
      ],
    };
    const nasty = judged(
      { reason: NASTY, metric: NASTY },
      {
        warnings: [{ guard: 'gap', saw: NASTY, advice: NASTY, blocks: true }],
        unchecked: [{ guard: 'costs', lacks: NASTY }],
        scores: { [NASTY]: { champion: 1, challenger: 2 } },
        confusion: { champion: table, challenger: table },
      },
    );
    const promotion = { key: NASTY, state: 'failed', by: NASTY, why: NASTY, output: NASTY } as const;
    const failed = { seed: 1, failed: NASTY };
    const evaluation = { ...nasty, promotion, champion: { ...EVALUATION.champion!, runs: [failed] } };
    const page = await htmlReport(evaluatedInput(evaluation));
    expect(page).not.toContain('<script');
    // reason, metric (in facts, score and plot), warning, advice, what was lacking, classes, promotion, output, run
    expect(page.split('&lt;script&gt;alert(1)&lt;/script&gt;').length).toBe(18);
    expect(page.replace(/ xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:|src=|href=|@import|url\((?!#)|<link/i);
  });
});
