/** Several studies in one plot. */
import { shortName } from './drawing/numbers.ts';
import type { PlottedStudy } from './plot.ts';

/** Names with room in a legend, one a study, no two alike. */
export function displayNames(studies: readonly Pick<PlottedStudy, 'definition'>[]): string[] {
  const taken = new Set<string>();
  return studies.map(({ definition }) => {
    const name = shortName(definition.name);
    let free = name;
    for (let next = 2; taken.has(free); next++) free = `${name} (${next})`;
    taken.add(free);
    return free;
  });
}

/** Of one study its name, of several that of the first and how many more. @param studies at least one */
export function sideName(studies: readonly Pick<PlottedStudy, 'definition'>[]): string {
  const [name] = displayNames(studies);
  return studies.length === 1 ? name! : `${name} and ${studies.length - 1} more`;
}
