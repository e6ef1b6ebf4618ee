/** How a study was tuned and tested, and how to do it again. */
import type { JobSpec } from '../../study/trial/remote.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { PACKAGE } from '../package.ts';
import { budgetText, decisionText, guardsText, promotionSpecText, splitText, testText } from '../verdict/settings.ts';
import { cell } from './cells.ts';
import { html, type Html } from './html.ts';
import type { ReportInput } from './input.ts';

export function settingsSection({ definition }: ReportInput): Html {
  const { sampler, stop, parallel, order, seed, constraints, evaluate, promote, warmStart } = definition;
  const options = Object.entries(sampler.options).map(([name, value]) => `${name} ${value}`);
  const why = sampler.chosen === undefined ? '' : `, ${sampler.chosen}`;
  const flight = parallel === 1 ? 'one after another' : `${parallel} in flight together`;
  const facts: readonly (readonly [string, string | false | undefined])[] = [
    ['Sampler', `${sampler.name}${options.length === 0 ? '' : ` (${options.join(', ')})`}${why}, seed ${seed}`],
    ['Trials', `${trialText(definition)}; ${flight}, order: ${order}`],
    ['Budget', budgetText(stop)],
    ['Constraints', constraints.map(constraintText).join(', ') || undefined],
    ['Fixed', definition.fixed && paramsText(definition.fixed)],
    ['Warm start', warmStart && ('study' in warmStart ? `study ${warmStart.study}` : warmStart.file)],
    ['Tuning split', evaluate && (evaluate.split ? splitText(evaluate.split) : 'as the trials like')],
    ['Final test', evaluate && testText(evaluate.test)],
    ['Decided', evaluate && decisionText(evaluate, definition.objectives[0]!.name)],
    ['To be beaten', evaluate?.champion && paramsText(evaluate.champion)],
    ['Guards', evaluate && guardsText(evaluate.guards)],
    ['Costs of mistakes', evaluate?.costs && `stated for ${evaluate.costs.classes.length} classes`],
    ['Promotion', promote && promotionSpecText(promote)],
  ];
  return html`<h2>How it was tuned</h2>
    <dl class="facts settings">
      ${facts.flatMap(([name, text]) =>
        text
          ? [
              html`<div>
                <dt>${name}</dt>
                <dd>${text}</dd>
              </div>`,
            ]
          : [],
      )}
    </dl>`;
}

export function reproduceSection({ definition, status, edits = 0 }: ReportInput): Html {
  const { name, seed, trial } = definition;
  const at = Math.max(1, status.best?.number ?? 1);
  const commands: readonly (readonly [string, string])[] = [
    [`dtune replay ${name}`, 'makes every suggestion again and compares'],
    [
      `dtune fork ${name} --at ${at}`,
      `goes on from its first ${at === 1 ? 'trial' : `${at} trials`}, as a study of its own`,
    ],
    ['dtune run FILE --new', `the study file, with seed: ${seed}`],
    [`dtune export ${name} --format csv -o ${name}.csv`, 'all trials'],
    ...(edits > 0
      ? [[`dtune log ${name}`, `${edits === 1 ? 'the change' : `the ${edits} changes`} made under way`] as const]
      : []),
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  const hash = trial.kind === 'function' ? trial.moduleHash : undefined;
  return html`<h2>Do it again</h2>
    <pre tabindex="0" class="commands">
${commands.map(([command, what]) => `${command.padEnd(width)}  # ${what}`).join('\n')}</pre>
    <p class="about">
      Page made by durable-tune ${PACKAGE.version}.${hash !== undefined && ` SHA-256 of the trial's module: ${hash}.`}
      The definition, with everything that is random in its seed, is among the details.
    </p>`;
}

function trialText({ trial }: StudyDefinition): string {
  const { evaluate } = trial;
  return evaluate ? `${runText(trial)}, measured by ${runText(evaluate)}` : runText(trial);
}

function runText(trial: StudyDefinition['trial']): string {
  switch (trial.kind) {
    case 'command':
      return trial.command.join(' ');
    case 'function':
      return `function ${trial.function}${trial.module === undefined ? '' : ` of ${trial.module.split(/[\\/]/).at(-1)!}`}`;
    case 'activity':
    case 'workflow':
      return `${trial.kind} ${trial.kind === 'activity' ? trial.activity : trial.workflow} on queue ${trial.queue}`;
    case 'http':
      return `${trial.http.method} ${trial.http.url}`;
    case 'job':
      return jobText(trial.job);
    case 'external':
      return 'run by others';
  }
}

function jobText(job: JobSpec): string {
  return job.kind === 'kubernetes'
    ? 'Kubernetes Jobs'
    : `jobs by ${job.submit[0]}: ${(job.command ?? job.submit).join(' ')}`;
}

function constraintText({ name, below, above }: StudyDefinition['constraints'][number]): string {
  const bounds = [
    ...(above === undefined ? [] : [`at least ${above}`]),
    ...(below === undefined ? [] : [`at most ${below}`]),
  ];
  return `${name} ${bounds.join(' and ')}`;
}

function paramsText(params: StudyDefinition['enqueue'][number]['params']): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} = ${cell(value)}`)
    .join(', ');
}
