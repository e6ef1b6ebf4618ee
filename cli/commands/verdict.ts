import { Command } from 'commander';
import type { Decision } from '../../study/evaluation/contract.ts';
import { printJson } from '../output.ts';
import { withClient, withPlace } from '../place.ts';
import { readReportInput, type ReportInput } from '../report/input.ts';
import { missingVerdict } from '../verdict/facts.ts';
import { verdictText } from '../verdict/text.ts';

const EXIT_CODES: Readonly<Record<Decision, number>> = { promote: 0, keep: 3, inconclusive: 4 };
const NO_VERDICT = 2;

const HELP = `
Exit codes: ${EXIT_CODES.promote} promote, ${EXIT_CODES.keep} keep, ${EXIT_CODES.inconclusive} inconclusive, ${NO_VERDICT} there is no verdict, or no such study. So a script may go on with what is better alone:
  dtune verdict digits && ./deploy.sh`;

/** `dtune verdict STUDY`: whether the best is better than what it has to beat; the exit code says it, too. */
export function verdictCommand(): Command {
  return withPlace(
    new Command('verdict').description('whether the best found is really better, and what speaks against it'),
  )
    .argument('<study>', 'open or closed')
    .option(
      '--json',
      'print {"study", "decision", "reason", "verdict", "champion", "challenger", "scores", "warnings", "unchecked", "promotion"} as one line of JSON',
    )
    .addHelpText('after', HELP)
    .action(async (study: string, options) => {
      await withClient(options, async (client) => {
        const input = await readReportInput(client.study(study));
        if (options.json) printJson(verdictJson(input));
        else process.stdout.write(`${verdictText(input)}\n`);
        process.exitCode = verdictExitCode(input);
      });
    });
}

export function verdictExitCode({ status }: Pick<ReportInput, 'status'>): number {
  const decision = status.evaluation?.judgement?.verdict.decision;
  return decision === undefined ? NO_VERDICT : EXIT_CODES[decision];
}

/** The same for programs; null is what there is not. */
export function verdictJson({ definition, status, warnings, unchecked }: ReportInput): object {
  const { judgement, champion = null, challenger = null, promotion = null } = status.evaluation ?? {};
  const { verdict = null, scores = null } = judgement ?? {};
  return {
    study: status.study,
    decision: verdict?.decision ?? null,
    reason: verdict?.reason ?? missingVerdict(definition, status),
    verdict,
    champion,
    challenger,
    scores,
    warnings,
    unchecked,
    promotion,
  };
}
