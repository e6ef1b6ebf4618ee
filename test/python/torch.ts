/**
 * The callbacks of PyTorch and Lightning, which take 5.5 GB where they are installed: a command of its own, not of the test run.
 *
 *     node --import tsx test/python/torch.ts
 */
import { pytest } from './pytest.ts';
import { packageVenv } from './venv.ts';

const FRAMEWORKS = ['scikit-learn==1.9.1', 'torch==2.15.0', 'lightning==2.6.6'];

const { said, cases } = await pytest(await packageVenv(['test', 'sklearn'], FRAMEWORKS), 'tests_torch');
process.stdout.write(said);
for (const { name, fault } of cases) process.stdout.write(`${fault === undefined ? 'passed' : 'FAILED'} ${name}\n`);
process.exitCode = cases.length > 0 && cases.every(({ fault }) => fault === undefined) ? 0 : 1;
