/** bundle.ts FILE: writes the benchmark's workflow bundle. */
import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const workflowsPath = new URL('./raw-loop.ts', import.meta.url).pathname;
const { code } = await bundleWorkflowCode({
  workflowsPath,
  logger: new DefaultLogger('ERROR'),
  // as the package's own bundle, which is made of compiled files: the SDK would compile TypeScript to a much older language
  webpackConfigHook: (config) => ({
    ...config,
    module: {
      ...config.module,
      rules: config.module!.rules!.map((rule) => {
        const use = typeof rule === 'object' ? (rule?.use as { options?: { jsc?: object } } | undefined) : undefined;
        if (!use?.options?.jsc) return rule;
        return {
          ...(rule as object),
          use: { ...use, options: { ...use.options, jsc: { ...use.options.jsc, target: 'es2023' } } },
        };
      }),
    },
  }),
});
writeFileSync(process.argv[2], code);
