/** bundle.ts FILE: writes the benchmark's workflow bundle. */
import { writeFileSync } from 'node:fs';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const workflowsPath = new URL('./raw-loop.ts', import.meta.url).pathname;
const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
writeFileSync(process.argv[2], code);
