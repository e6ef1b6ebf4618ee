import { describe, expect, it } from 'vitest';
import { importancesText } from '../../../cli/commands/importance.ts';

const base = { objective: 'loss', trials: 40, outside: 0 };

describe('the table of importances', () => {
  it('has shares of all, and with fanova of the variance', () => {
    const parameters = [
      { parameter: 'lr', importance: 0.6, share: 0.75, deviation: 0.1 },
      { parameter: 'momentum', importance: 0.2, share: 0.25, deviation: 0.1 },
    ];
    expect(importancesText({ ...base, method: 'fanova', parameters })).toBe(
      [
        'parameter  importance  of the variance',
        'lr         75.0 %      60.0 %',
        'momentum   25.0 %      20.0 %',
        '',
        'fanova of loss, from 40 complete trials',
      ].join('\n'),
    );
  });

  it('has pairs where there are some, and says what was left out', () => {
    const parameters = [{ parameter: 'x', importance: 0.5, share: 1, deviation: 0 }];
    const interactions = [{ parameters: ['x', 'y'] as const, importance: 0.125 }];
    const text = importancesText({ ...base, outside: 2, method: 'fanova', parameters, interactions });
    expect(text).toContain('pair      of the variance\nx with y  12.5 %');
    expect(text).toContain('from 40 complete trials, 2 left out that are not of its space');
  });

  it('has shares alone with ped-anova', () => {
    const parameters = [{ parameter: 'x', importance: 0.002, share: 1 }];
    expect(importancesText({ ...base, method: 'ped-anova', parameters })).toBe(
      'parameter  importance\nx          100.0 %\n\nped-anova of loss, from 40 complete trials',
    );
  });
});
