/** The Python package with the frameworks that it serves: searches of scikit-learn, callbacks. PyTorch is large: torch.ts. */
import { describe, expect, it } from 'vitest';
import { pytest } from './pytest.ts';
import { frameworksVenv } from './venv.ts';

const { said, cases } = await pytest(await frameworksVenv(), 'tests_frameworks');

describe('the Python package with frameworks', () => {
  it('has a suite that runs to its end', () => expect(cases.length, said).toBeGreaterThan(0));

  it.each(cases)('$name', ({ fault }) => expect(fault).toBeUndefined());
});
