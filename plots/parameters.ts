/** What of a trial's parameters can be an axis: scalars as they are, of lists the length and the elements. */
import { fanova } from '../analysis/importance/fanova.ts';
import type { StudyTrials } from '../analysis/study-trials.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { Parameter, Params, Scalar, ScalarDomain, Space } from '../study/space/space.ts';

export interface PlotParameter {
  /** 'layers.length' and 'layers.0' for a list. */
  readonly name: string;
  readonly domain: ScalarDomain;
  /** undefined where a trial has none: the parameter was inactive, the list shorter, or the parameter did not exist yet. */
  readonly valueIn: (params: Params) => Scalar | undefined;
}

/** All of them, in the order of the space; fixed ones are none. */
export function plotParameters({ parameters }: Pick<Space, 'parameters'>): PlotParameter[] {
  return parameters.flatMap(axesOf);
}

/** Those named, or one list's all. @throws StudyDefinitionError for a name that there is not, with those there are */
export function namedParameters(space: Pick<Space, 'parameters'>, names: readonly string[]): PlotParameter[] {
  const all = plotParameters(space);
  return names.flatMap((name) => {
    const found = all.filter((parameter) => parameter.name === name || parameter.name.startsWith(`${name}.`));
    const exact = found.filter((parameter) => parameter.name === name);
    if (found.length > 0) return exact.length > 0 ? exact : found;
    throw new StudyDefinitionError(
      `there is no parameter '${name}' to plot; there ${all.length === 1 ? 'is' : 'are'} ${all.map((one) => one.name).join(', ') || 'none'}`,
    );
  });
}

/** So many that matter most to the objective by fANOVA; the first of the space where that cannot be said yet. */
export function mostImportant(study: StudyTrials, objective: string, count: number): PlotParameter[] {
  const all = plotParameters(study.definition.space);
  if (all.length <= count) return all;
  const order = importantNames(study, objective);
  const place = ({ name }: PlotParameter): number => (order.includes(name) ? order.indexOf(name) : order.length);
  const chosen = all.toSorted((a, b) => place(a) - place(b)).slice(0, count);
  return all.filter((parameter) => chosen.includes(parameter));
}

function importantNames(study: StudyTrials, objective: string): string[] {
  try {
    return fanova(study, { objective }).parameters.map(({ parameter }) => parameter);
  } catch (error) {
    if (error instanceof StudyDefinitionError) return [];
    throw error;
  }
}

/** Whether all trials have the same value: its domain has no other. */
export function isConstant(domain: ScalarDomain): boolean {
  if (domain.kind === 'bool') return false;
  return 'choices' in domain ? domain.choices.length === 1 : domain.low === domain.high;
}

function axesOf({ name, domain }: Parameter): PlotParameter[] {
  switch (domain.kind) {
    case 'fixed':
      return [];
    case 'permutation':
      return domain.items.map((_, place) => element(name, place, { kind: 'choice', choices: domain.items }));
    case 'array': {
      const [low, high] = domain.length;
      const length = {
        name: `${name}.length`,
        domain: { kind: 'int', low, high, scale: 'linear' } as const,
        valueIn: (params: Params) => listIn(params, name)?.length,
      };
      const elements = Array.from({ length: high }, (_, place) => element(name, place, domain.element));
      return low === high ? elements : [length, ...elements];
    }
    default:
      return [{ name, domain, valueIn: (params) => scalarOf(params[name]) }];
  }
}

function element(name: string, place: number, domain: ScalarDomain): PlotParameter {
  return { name: `${name}.${place}`, domain, valueIn: (params) => scalarOf(listIn(params, name)?.[place]) };
}

function listIn(params: Params, name: string): readonly unknown[] | undefined {
  const value = params[name];
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/** null is a value of its own. */
function scalarOf(value: unknown): Scalar | undefined {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value) ? (value as Scalar) : undefined;
}
