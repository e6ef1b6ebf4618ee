/** Runs both pipelines, against a server that ends with it: node --import tsx examples/pipeline/main.ts */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { withOffice } from './pipeline.ts';

Runtime.install({ logger: new DefaultLogger('WARN') });

await withOffice(async ({ tuning, log, run }) => {
  for (const [workflow, study] of [
    ['pipeline', 'sales-here'],
    ['nexusPipeline', 'sales-by-nexus'],
  ] as const) {
    const { next, error } = await run(workflow, study);
    for await (const { number, values } of tuning.study(study).trials({ limit: 1 }))
      process.stdout.write(
        `${workflow}: next month ${next}; forecasts were off by ${error.toFixed(1)} a month, ` +
          `by ${values!['error']!.toFixed(1)} with the defaults (trial ${number})\n`,
      );
  }
  const calls = (all: readonly string[]): string =>
    [...new Set(all)].map((name) => `${name} ${all.filter((each) => each === name).length}`).join(', ');
  process.stdout.write(`interceptors saw ${calls(log.workflows)}; ${calls(log.activities)}\n`);
});
