/** Files that take long begin first, so that none of them is left over for one core in the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONG = /conformance|frameworks|\/(e2e|workflows|examples|python|plugin|promotion)\/|-crash/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = /conformance|frameworks/.test(moduleId) ? 0 : 1;
      return LONG.test(moduleId) ? at : 2;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
