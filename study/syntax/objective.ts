/** How objectives and constraints are written: { name: accuracy, goal: maximize }, { latency_ms: { below: 50 } }. */
import {
  child,
  isPlain,
  missing,
  need,
  readEntries,
  readKeys,
  readList,
  readNumber,
  readOneOf,
  readText,
  wrong,
  type Field,
  type Fields,
} from './field.ts';
import { show } from '../wording/json.ts';
import type { Constraint, Objective } from '../study.ts';

/** The objectives; `{ name, goal }` under `objective`, or a list of them under `objectives`. */
export function readObjectives(root: Field, fields: Fields): readonly Objective[] {
  const [one, many] = [fields.get('objective'), fields.get('objectives')];
  const example = '{ name: accuracy, goal: maximize }';
  if (one && many) wrong(many, 'objective or objectives, not both', 'remove one of the two');
  if (!one && !many) missing(root, 'objective', '{ name, goal }', `add objective: ${example}`);
  if (one && Array.isArray(one.value)) wrong(one, 'one objective', 'name the key objectives for several');
  const items = many && readList(many, 'a list of objectives', `write objectives: [${example}]`);
  if (items?.length === 0) wrong(many!, 'at least one objective', `write objectives: [${example}]`);
  const read = items ?? (one && !Array.isArray(one.value) ? [one] : []);
  const objectives = read.map((item) => readObjective(item, example));
  objectives.forEach((objective, i) => {
    const taken = objective && objectives.slice(0, i).some((other) => other?.name === objective.name);
    if (taken) wrong(child(read[i]!, 'name', objective.name), 'a name of its own', 'rename one of the two');
  });
  return objectives.filter((objective) => objective !== undefined);
}

function readObjective(field: Field, example: string): Objective | undefined {
  const fields = readKeys(field, { known: ['name', 'goal'] }, '{ name, goal }', `write ${example}`);
  if (!fields) return undefined;
  const name = need(field, fields, 'name', 'a name', 'add name: accuracy, say', readLabel);
  const goal = need(field, fields, 'goal', 'minimize or maximize', 'add goal: minimize, or maximize', readGoal);
  return name !== undefined && goal ? { name, goal } : undefined;
}

function readGoal(field: Field): Objective['goal'] | undefined {
  return readOneOf(field, ['minimize', 'maximize'], 'write one of the two');
}

function readLabel(field: Field): string | undefined {
  const name = readText(field, 200, 'text of 1 to 200 characters', 'write a short name');
  return name === '__proto__'
    ? wrong(field, 'another name', "'__proto__' means something to JavaScript: rename it")
    : name;
}

/** The constraints by name, none of which is an objective's. */
export function readConstraints(field: Field | undefined, objectives: readonly Objective[]): readonly Constraint[] {
  const example = 'write constraints: { latency_ms: { below: 50 } }';
  const entries = field && readEntries(field, 'bounds by name', example);
  return [...(entries ?? [])].flatMap(([name, bounds]) => {
    const refuse = (fault: string): number => bounds.faults.push(`${bounds.path}: the name ${show(name)} ${fault}`);
    if (!isPlain(name) || name.length > 200 || name === '__proto__')
      refuse('cannot be used, expected 1 to 200 characters without space at the ends; rename it');
    if (objectives.some((objective) => objective.name === name))
      refuse('is that of an objective, expected one of its own; rename one of the two');
    const fields = readKeys(bounds, { known: ['below', 'above'] }, '{ below } or { above }', example);
    if (fields?.size === 0) wrong(bounds, '{ below } or { above }', example);
    const [below, above] = ['below', 'above'].map((key) => {
      const bound = fields?.get(key);
      return bound && readNumber(bound, 'a number', () => true, 'write a number');
    });
    if (below !== undefined && above !== undefined && above > below)
      wrong(bounds, 'above <= below: both must hold', 'swap them');
    return [{ name, ...(below !== undefined && { below }), ...(above !== undefined && { above }) }];
  });
}
