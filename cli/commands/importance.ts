import { Command, Option } from 'commander';
import { fanova, pedAnova, type FanovaImportances, type PedAnovaImportances } from '../../analysis/index.ts';
import { allTrials } from '../../client/all-trials.ts';
import { printJson, tableText } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune importance STUDY`: how much each parameter matters; --json: what the method answers with. */
export function importanceCommand(): Command {
  return withPlace(
    new Command('importance').description('how much each parameter of a study matters').argument('<study>'),
  )
    .addOption(
      new Option(
        '--method <method>',
        'share of the variance over the space (fanova), or part in the best tenth (ped-anova)',
      )
        .choices(['fanova', 'ped-anova'])
        .default('fanova'),
    )
    .option('--objective <name>', 'which objective (default: the first)')
    .option('--pairs', 'with fanova: also what pairs explain beyond each of the two')
    .option('--json', 'print the importances as one line of JSON')
    .action(async (study: string, { method, objective, pairs, ...options }) => {
      await withClient(options, async (client) => {
        const handle = client.study(study);
        const { definition } = await handle.edits();
        const trials = await allTrials(handle);
        const of = objective === undefined ? {} : { objective };
        const importances =
          method === 'fanova'
            ? fanova({ definition, trials }, { ...of, interactions: pairs === true })
            : pedAnova({ definition, trials }, of);
        if (options.json) printJson(importances);
        else process.stdout.write(`${importancesText(importances)}\n`);
      });
    });
}

/** A table, the most important parameter first, and under it how many trials it is made of. */
export function importancesText(importances: FanovaImportances | PedAnovaImportances): string {
  const { method, objective, trials, outside, parameters } = importances;
  const isFanova = method === 'fanova';
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = parameters.map(({ parameter, importance, share }) => [
    parameter,
    percent(share),
    ...(isFanova ? [percent(importance)] : []),
  ]);
  const lines = [tableText(['parameter', 'importance', ...(isFanova ? ['of the variance'] : [])], rows)];
  const pairs = importances.method === 'fanova' ? (importances.interactions ?? []) : [];
  if (pairs.length > 0)
    lines.push(
      '',
      tableText(
        ['pair', 'of the variance'],
        pairs.slice(0, MOST_PAIRS).map(({ parameters: two, importance }) => [two.join(' with '), percent(importance)]),
      ),
    );
  const left = outside === 0 ? '' : `, ${outside} left out that are not of its space`;
  lines.push('', `${method} of ${objective}, from ${trials} complete trials${left}`);
  return lines.join('\n');
}

const MOST_PAIRS = 10;
