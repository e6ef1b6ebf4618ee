/** How two definitions differ, in the words of a study file: what is shown when a study's name is taken by another definition. */
import { formatDuration } from './wording/duration.ts';
import { isRecord, sameJson, show } from './wording/json.ts';
import type { StudyDefinition, TrialSpec } from './study.ts';

/** One line a difference, 'space.lr.high: 0.1 -> 0.2'; none for the same study. The hash of a module and why a sampler was chosen do not count. */
export function definitionDifferences(a: StudyDefinition, b: StudyDefinition): string[] {
  const lines: string[] = [];
  compare('', written(a), written(b), lines);
  const [before, after] = [a, b].map(({ space }) => space.parameters.map(({ name }) => name));
  if (!sameJson(before, after) && sameJson([...before!].sort(), [...after!].sort()))
    lines.push(`space, order of the parameters: ${before!.join(', ')} -> ${after!.join(', ')}`);
  return lines;
}

function withoutHash<Spec extends TrialSpec>(trial: Spec): Omit<Spec, 'moduleHash'> {
  const { moduleHash: _, ...runs } = trial as Spec & { moduleHash?: string };
  return runs;
}

/** A definition with its parameters by name. */
function written({ space, trial, sampler, models, ...rest }: StudyDefinition): unknown {
  const { evaluate, ...runs } = withoutHash(trial);
  const parameters = space.parameters.map(({ name, domain, when }) => {
    const conditions = when && Object.fromEntries(when.map((condition) => [condition.parameter, condition.in]));
    return [name, { ...domain, ...(conditions && { when: conditions }) }];
  });
  return {
    ...rest,
    sampler: unexplained(sampler),
    ...(models && {
      models: models.map(({ sampler: own, ...each }) => ({ ...each, ...(own && { sampler: unexplained(own) }) })),
    }),
    space: Object.fromEntries(parameters),
    version: space.version,
    forbid: space.forbid,
    trial: evaluate ? { ...runs, evaluate: withoutHash(evaluate) } : runs,
  };
}

function unexplained({ chosen: _why, ...suggests }: StudyDefinition['sampler']): unknown {
  return suggests;
}

function compare(path: string, a: unknown, b: unknown, lines: string[]): void {
  if (sameJson(a, b)) return;
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      compare(path === '' ? key : `${path}.${key}`, own(a, key), own(b, key), lines);
  } else if (isRecords(a) && isRecords(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) compare(`${path}[${i}]`, a[i], b[i], lines);
  } else {
    const milliseconds = path.endsWith('Ms');
    lines.push(`${milliseconds ? path.slice(0, -2) : path}: ${told(a, milliseconds)} -> ${told(b, milliseconds)}`);
  }
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isRecords(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isRecord);
}

function told(value: unknown, milliseconds: boolean): string {
  if (value === undefined) return 'absent';
  return milliseconds && typeof value === 'number' ? formatDuration(value) : show(value, 300);
}
