import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { define, faults } from '../studies.ts';

describe('objectives', () => {
  it('may be several', () => {
    const objectives = [
      { name: 'loss', goal: 'minimize' },
      { name: 'speed', goal: 'maximize' },
    ];
    expect(define({ objective: undefined, objectives }).objectives).toEqual(objectives);
  });

  const example = '{ name: accuracy, goal: maximize }';
  it.each([
    ['objective: maximize', `objective is "maximize", expected { name, goal }; write ${example}`],
    [
      'objective: [{ name: a, goal: minimize }]',
      'objective is [{ name: "a", goal: "minimize" }], expected one objective; name the key objectives for several',
    ],
    ['objective: { goal: minimize }', 'objective.name is missing, expected a name; add name: accuracy, say'],
    [
      'objective: { name: a }',
      'objective.goal is missing, expected minimize or maximize; add goal: minimize, or maximize',
    ],
    [
      'objective: { name: a, goal: max }',
      'objective.goal is "max", expected minimize or maximize; did you mean \'maximize\'?',
    ],
    ['objective: { name: a, goal: up }', 'objective.goal is "up", expected minimize or maximize; write one of the two'],
    [
      'objective: { name: 3, goal: minimize }',
      'objective.name is 3, expected text of 1 to 200 characters; put it in quotes',
    ],
    [
      'objective: { name: "", goal: minimize }',
      'objective.name is "", expected text of 1 to 200 characters; write a short name',
    ],
    [
      'objective: { name: __proto__, goal: minimize }',
      'objective.name is "__proto__", expected another name; \'__proto__\' means something to JavaScript: rename it',
    ],
    [
      'objective: { name: a, goal: minimize, gaol: x }',
      'objective.gaol (value "x") is not a known key, expected name or goal; did you mean \'goal\'?',
    ],
    [
      'objectives: [{ name: a, goal: minimize }]',
      'objectives is [{ name: "a", goal: "minimize" }], expected objective or objectives, not both; remove one of the two',
    ],
  ])('%s is refused', (yaml, message) => {
    expect(faults(yaml)).toBe(message);
  });

  it.each([
    ['{}', `objectives is {}, expected a list of objectives; write objectives: [${example}]`],
    ['[]', `objectives is [], expected at least one objective; write objectives: [${example}]`],
    ['[loss]', `objectives[0] is "loss", expected { name, goal }; write ${example}`],
    [
      '[{ name: a, goal: minimize }, { name: a, goal: maximize }]',
      'objectives[1].name is "a", expected a name of its own; rename one of the two',
    ],
  ])('%s is refused for several', (objectives, message) => {
    expect(faults({ objective: undefined, objectives: parse(objectives) })).toBe(message);
  });
});

describe('constraints', () => {
  it('bound a value below, above or both', () => {
    expect(define('constraints: { a: { below: 1 }, b: { above: 0 }, c: { above: 0, below: 1 } }').constraints).toEqual([
      { name: 'a', below: 1 },
      { name: 'b', above: 0 },
      { name: 'c', below: 1, above: 0 },
    ]);
  });

  const example = 'write constraints: { latency_ms: { below: 50 } }';
  it.each([
    ['[]', `constraints is [], expected bounds by name; ${example}`],
    ['{ a: 50 }', `constraints.a is 50, expected { below } or { above }; ${example}`],
    ['{ a: {} }', `constraints.a is {}, expected { below } or { above }; ${example}`],
    ['{ a: { max: 50 } }', 'constraints.a.max (value 50) is not a known key, expected below or above; remove it'],
    ['{ a: { below: "50" } }', 'constraints.a.below is "50", expected a number; remove the quotes'],
    ['{ a: { above: .inf } }', 'constraints.a.above is Infinity, expected a number; write a finite number'],
    [
      '{ a: { above: 2, below: 1 } }',
      'constraints.a is { above: 2, below: 1 }, expected above <= below: both must hold; swap them',
    ],
    [
      '{ loss: { below: 1 } }',
      'constraints.loss: the name "loss" is that of an objective, expected one of its own; rename one of the two',
    ],
    [
      '{ " a": { below: 1 } }',
      'constraints. a: the name " a" cannot be used, expected 1 to 200 characters without space at the ends; rename it',
    ],
  ])('%s is refused', (constraints, message) => {
    expect(faults(`constraints: ${constraints}`)).toBe(message);
  });
});
