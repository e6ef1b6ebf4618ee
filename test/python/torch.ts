/**
 * The callbacks of PyTorch and Lightning, which take 5.5 GB where they are installed: a command of its own, not of the test run.
 *
 *     node --import tsx test/python/torch.ts
 *
 * `DTUNE_BRIDGE=torch npx vitest run test/python/bridge.test.ts` shows in the same environment that Optuna's GPSampler is what it is alone.
 */
import { pytest } from './pytest.ts';
import { torchVenv } from './venv.ts';

const { said, cases } = await pytest(await torchVenv(), 'tests_torch');
process.stdout.write(said);
for (const { name, fault } of cases) process.stdout.write(`${fault === undefined ? 'passed' : 'FAILED'} ${name}\n`);
process.exitCode = cases.length > 0 && cases.every(({ fault }) => fault === undefined) ? 0 : 1;
