/** The Python package with the frameworks that it serves: searches of scikit-learn, callbacks. PyTorch is large: torch.ts. */
import { describe, expect, it } from 'vitest';
import { pytest } from './pytest.ts';
import { packageVenv } from './venv.ts';

const FRAMEWORKS = ['scikit-learn==1.9.1', 'keras==3.15.1', 'jax==0.10.2', 'xgboost-cpu==3.2.0', 'lightgbm==4.7.0'];

const { said, cases } = await pytest(await packageVenv(['test', 'sklearn'], FRAMEWORKS), 'tests_frameworks');

describe('the Python package with frameworks', () => {
  it('has a suite that runs to its end', () => expect(cases.length, said).toBeGreaterThan(0));

  it.each(cases)('$name', ({ fault }) => expect(fault).toBeUndefined());
});
