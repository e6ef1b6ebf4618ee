/** A worker's process that submits a job, and is to be killed: its argument is the job. */
import type { JobSpec } from '../../../../../study/trial/remote.ts';
import { LIMITS, startTrial } from '../rig.ts';

const job = JSON.parse(process.argv[2]!) as JobSpec;
await startTrial({ trial: { kind: 'job', job, ...LIMITS } }, { allowJob: () => true }).answer;
