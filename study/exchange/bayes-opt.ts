/**
 * Trials of Python's bayesian-optimization: a point and a target, which it always maximizes; so a minimized objective changes sign.
 *
 * Written are the lines of its JSONLogger, which `load_logs` reads in the versions that have it, up to 2.0.4, where every parameter is a
 * number or bool. From 3.0 on, `optimizer.register(params=…, target=…)` takes a line's, choices too. Read are those lines, and the one
 * object that `optimizer.save_state` writes from 3.0 on.
 */
import { compileSpace } from '../space/dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { readNumber, wrong, type Field } from '../syntax/field.ts';
import { isRecord, show } from '../wording/json.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialRecord } from '../trial/trial.ts';
import { renamed, type ForeignTrial, type Rename } from './foreign-trial.ts';
import { objectLines, parse } from './jsonl.ts';
import { readTrial, refuse, type RawTrial } from './read-trial.ts';

/** The points of a log or of a saved state. @throws StudyDefinitionError naming lines, values and what was expected */
export function readBayesOptJson(text: string, definition: StudyDefinition, rename: Rename = {}): ForeignTrial[] {
  const sign = signOf(definition);
  const faults: string[] = [];
  const whole = parse(text);
  const entries = isRecord(whole) && 'pbounds' in whole ? statePoints(whole, faults) : objectLines(text, faults);
  const trials = entries.map(([where, { params, target, constraint }]) => {
    const field = { path: `${where}: target`, value: target, faults };
    const number = readNumber(field, 'a finite number', () => true, 'correct it, or remove the point');
    const raw = {
      state: 'complete',
      params: withBools(params, definition, rename),
      // after a fault, any number: the rest of the point is still to be checked
      values: [sign * (number ?? 0)],
      constraints: typeof constraint === 'number' ? [constraint] : constraint,
    };
    return readTrial(where, raw, definition, faults);
  });
  refuse(faults);
  return trials.filter((trial) => trial !== undefined);
}

/** The points of a saved state as a log would have them. */
function statePoints(state: RawTrial, faults: string[]): (readonly [where: string, raw: RawTrial])[] {
  const [keys, params, target] = ['keys', 'params', 'target'].map((key) =>
    listOf({ path: key, value: state[key], faults }),
  );
  if (!keys || !params || !target) return [];
  if (params.length !== target.length)
    faults.push(
      `params has ${params.length} points and target ${target.length} numbers, expected as many; save it again`,
    );
  const constraints = Array.isArray(state['constraint_values']) ? (state['constraint_values'] as unknown[]) : [];
  return params.flatMap((numbers, i) => {
    const where = `point ${i + 1}`;
    const columns = listOf({ path: `${where}: params`, value: numbers, faults });
    if (!columns) return [];
    if (columns.length === keys.length) {
      const point = Object.fromEntries(keys.map((key, k) => [String(key), columns[k]]));
      return [[where, { params: point, target: target[i], constraint: constraints[i] }] as const];
    }
    faults.push(
      `${where} has ${columns.length} numbers for ${keys.length} parameters, expected as many: a saved state does not name the ` +
        'categories of a choice; write each of optimizer.res with json.dumps on a line of its own, and read that',
    );
    return [];
  });
}

function listOf(field: Field): readonly unknown[] | undefined {
  return Array.isArray(field.value) ? (field.value as unknown[]) : wrong(field, 'a list', 'save it again');
}

/** Bools are 0 and 1 there. */
function withBools(params: unknown, { space }: StudyDefinition, rename: Rename): unknown {
  if (!isRecord(params)) return params;
  const { slotOf } = compileSpace(space);
  const isBool = (name: string): boolean => slotOf.get(renamed(rename, name))?.parameter.domain.kind === 'bool';
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      isBool(name) && (value === 0 || value === 1) ? value === 1 : value,
    ]),
  );
}

/** A line a complete trial, in the order they ended. @throws StudyDefinitionError for a study it has no form for */
export function* writeBayesOptJson(records: readonly TrialRecord[], definition: StudyDefinition): Generator<string> {
  const sign = signOf(definition);
  checkSpace(definition);
  const fixed = new Set(
    definition.space.parameters.flatMap(({ name, domain }) => (domain.kind === 'fixed' ? [name] : [])),
  );
  const ended = records
    .filter(({ state, values }) => state === 'complete' && values)
    .map((record) => ({ record, at: record.finishedAt === null ? 0 : Date.parse(record.finishedAt) }))
    .sort((a, b) => a.at - b.at);
  const [objective] = definition.objectives;
  for (const [i, { record, at }] of ended.entries()) {
    const constraint = definition.constraints.map(({ name }) => record.constraints?.[name]);
    const line = {
      target: sign * record.values![objective!.name]! + 0,
      ...(record.constraints && { constraint: constraint.length === 1 ? constraint[0] : constraint }),
      params: Object.fromEntries(Object.entries(record.params).filter(([name]) => !fixed.has(name))),
      ...(record.constraints && { allowed: isAllowed(record, definition) }),
      datetime: {
        datetime: new Date(at).toISOString().slice(0, 19).replace('T', ' '),
        elapsed: (at - ended[0]!.at) / 1000,
        delta: (at - ended[Math.max(i - 1, 0)]!.at) / 1000,
      },
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

function isAllowed({ constraints = {} }: TrialRecord, definition: StudyDefinition): boolean {
  return definition.constraints.every(({ name, above = -Infinity, below = Infinity }) => {
    const value = constraints[name]!;
    return value >= above && value <= below;
  });
}

function signOf({ objectives }: StudyDefinition): 1 | -1 {
  if (objectives.length > 1)
    throw new StudyDefinitionError(
      `the study has ${objectives.length} objectives (${objectives.map(({ name }) => name).join(', ')}), but ` +
        'bayesian-optimization knows one target; use JSON lines or CSV',
    );
  return objectives[0]!.goal === 'minimize' ? -1 : 1;
}

function checkSpace({ space }: StudyDefinition): void {
  const strange = space.parameters.find(({ domain, when }) => when ?? ['array', 'permutation'].includes(domain.kind));
  if (strange)
    throw new StudyDefinitionError(
      `${strange.name} is ${strange.when ? 'conditional' : `a ${strange.domain.kind}`} ` +
        `(${show(strange.when ?? strange.domain)}), but bayesian-optimization knows only numbers and choices that every trial has; ` +
        'use JSON lines or CSV',
    );
}
