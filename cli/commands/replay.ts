import { Command } from 'commander';
import { show } from '../../study/wording/json.ts';
import { auditOf, type StudyAudit } from '../audit.ts';
import { printJson } from '../output.ts';
import { withClient, withPlace } from '../place.ts';

/** `dtune replay STUDY`: makes every suggestion again; exit code 1 at the first difference. */
export function replayCommand(): Command {
  return withPlace(
    new Command('replay').alias('audit').description('make every suggestion of a study again, and compare'),
  )
    .argument('<study>', 'open or closed')
    .option('--strict', 'fail also where this program has another version of a sampler')
    .option(
      '--json',
      'print {"study", "trials", "compared", "recomputed", "skipped", "difference"} as one line of JSON',
    )
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const found = await auditOf(client.study(study));
        if (options.json) printJson({ study, ...found, difference: found.difference ?? null });
        else process.stdout.write(`${auditText(study, found)}\n`);
        const failed = found.difference || (options.strict && Object.keys(found.skipped).length > 0);
        if (failed) process.exitCode = 1;
      });
    });
}

function auditText(study: string, { trials, recomputed, skipped, difference }: StudyAudit): string {
  const lines = Object.entries(skipped).map(
    ([reason, count]) => `${count} ${count === 1 ? 'suggestion' : 'suggestions'} cannot be recomputed: ${reason}`,
  );
  if (!difference)
    return [
      ...lines,
      `no difference in study '${study}': ${recomputed} suggestions made again, of ${trials} trials`,
    ].join('\n');
  const { trial, what, recorded, expected } = difference;
  return [
    ...lines,
    `difference in study '${study}'${trial === undefined ? '' : `, trial ${trial}`}: ${what}`,
    `  recorded  ${told(recorded)}`,
    `  expected  ${told(expected)}`,
  ].join('\n');
}

function told(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : show(value, 500);
}
