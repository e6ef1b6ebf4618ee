import { Command } from 'commander';
import type { EditOptions } from '../../client/study-editor.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { defineSpace } from '../../study/definition.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import type { SamplerSyntax } from '../../study/syntax/input.ts';
import { isRecord } from '../../study/wording/json.ts';
import { budgetChange, changesBudget, withBudget, type BudgetFlags } from '../budget.ts';
import { editStudy, withAt, type EditFlags } from '../edit.ts';
import { wholeNumber } from '../numbers.ts';
import { jsonOf, pair, paramsOf } from '../pairs.ts';
import { readStudyFile } from '../study-file.ts';

interface Settings extends BudgetFlags {
  readonly parallel?: number;
  readonly sampler?: string;
  readonly space?: string;
  readonly was?: [string, string][];
}

type Change = (handle: StudyHandle, options: EditOptions) => Promise<unknown>;

const SPACE_HELP = `
A change of the space replaces it. Trials so far keep the values of the parameters that stay; what new parameters were worth in them
is said by --was. A trial whose values the new space does not hold, or that lacks one, is not seen by the sampler any more; it stays in
the table and counts. So narrowing hides what lies outside, widening hides nothing, dropping a parameter or a choice forgets it, and
adding one without --was starts afresh. Trials that have their parameters already run with them.`;

/** `dtune set STUDY --trials +40`: changes budget, parallelism, sampler or space of an open study. */
export function setCommand(): Command {
  const command = new Command('set').description('change an open study: budget, parallelism, sampler or space');
  return withBudget(withAt(command.argument('<study>')))
    .option('--parallel <number>', 'trials in flight together', wholeNumber)
    .option('--sampler <sampler>', 'a name, or as in a study file: \'{ "tpe": { "candidates": 48 } }\'')
    .option('--space <file>', 'a study file, whose space and forbid are taken')
    .option('--was <name=value...>', 'with --space: what new parameters were worth in the trials so far', pair)
    .addHelpText('after', SPACE_HELP)
    .action((study: string, flags: EditFlags & Settings) => editStudy(flags, study, changeOf(flags)));
}

/** One change, so that a refused one leaves nothing half done. */
function changeOf(settings: Settings): Change {
  const { parallel, sampler, space, was } = settings;
  const changes: Change[] = [];
  if (changesBudget(settings))
    changes.push(async (handle, options) => {
      const { stop } = (await handle.edits()).definition;
      return handle.setBudget(budgetChange(settings, stop), options);
    });
  if (parallel !== undefined) changes.push((handle, options) => handle.setParallel(parallel, options));
  if (sampler !== undefined)
    changes.push((handle, options) => handle.setSampler(jsonOf(sampler) as SamplerSyntax, options));
  if (space !== undefined) {
    const content = readStudyFile(space);
    if (!isRecord(content) || !isRecord(content['space']))
      throw new StudyDefinitionError(`${space} has no space, expected one as in a study file: space: { lr: … }`);
    const { space: syntax, forbid = [] } = content as { space: never; forbid?: never };
    const defined = defineSpace(syntax, forbid);
    changes.push((handle, options) =>
      handle.setSpace(syntax, { ...options, forbid, was: paramsOf(was ?? [], defined) }),
    );
  } else if (was) throw new StudyDefinitionError('set: --was goes with --space');
  if (changes.length === 1) return changes[0]!;
  throw new StudyDefinitionError(
    `set: expected one change (stopping rules, or --parallel, --sampler or --space), got ${changes.length}; send them one by one, so that a refused one leaves nothing half done`,
  );
}
