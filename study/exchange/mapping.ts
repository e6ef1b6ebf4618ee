/** How foreign names and spaces relate to ours, checked against both sides: a misspelt name is not taken for one that no trial has. */
import type { CompiledSpace } from '../space/dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { encode } from '../space/point.ts';
import { listed, meant } from '../syntax/field.ts';
import { show } from '../wording/json.ts';
import type { Params } from '../space/space.ts';
import type { ForeignTrial, Rename } from './foreign-trial.ts';

export interface TrialMapping {
  /** Our parameter names by foreign ones. */
  readonly rename?: Rename;
  /** What trials effectively had for parameters that they lack. */
  readonly assume?: Params;
  /** Foreign parameters to forget where the space has no place for them, or where `assume` knows better. */
  readonly drop?: readonly string[];
}

/** @throws StudyDefinitionError with every fault, a line each; with no trials at all, foreign names are taken as they are */
export function checkMapping(
  trials: readonly ForeignTrial[],
  compiled: CompiledSpace,
  { rename = {}, assume = {}, drop = [] }: TrialMapping,
  defineByRun = false,
): void {
  const foreign = new Set(trials.flatMap(({ params }) => Object.keys(params)));
  const faults: string[] = [];
  const checkForeign = (path: string, name: string): void => {
    if (trials.length === 0 || foreign.has(name)) return;
    const advice = meant(name, foreign, 'remove it');
    faults.push(`${path}: no trial has a parameter '${name}', expected ${listed([...foreign])}; ${advice}`);
  };
  const checkOurs = (path: string, name: string): void => {
    if (compiled.slotOf.has(name) || defineByRun) return;
    const names = [...compiled.slotOf.keys()];
    faults.push(
      `${path}: there is no parameter '${name}', expected ${listed(names)}; ${meant(name, names, 'remove it')}`,
    );
  };
  for (const [from, to] of Object.entries(rename)) {
    checkForeign(`rename.${from}`, from);
    checkOurs(`rename.${from}`, to);
  }
  for (const [name, value] of Object.entries(assume)) {
    checkOurs(`assume.${name}`, name);
    if (!compiled.slotOf.has(name)) continue;
    try {
      encode(compiled, { [name]: value });
    } catch (error) {
      if (!(error instanceof StudyDefinitionError)) throw error;
      faults.push(`assume: ${error.message}; correct ${show(value)}`);
    }
  }
  for (const name of drop) checkForeign('drop', name);
  if (faults.length > 0) throw new StudyDefinitionError(faults.join('\n'));
}
