/** One attempt as a job, and what the job is called: by its name it is found again, whoever has begun it. */
import { createHash } from 'node:crypto';
import type { TrialFacts } from '../../runner.ts';

export interface JobRun {
  readonly facts: TrialFacts;
  readonly key: string;
  readonly name: string;
}

/** Most of a study's name that is in a job's, characters. */
const MAX_STUDY = 24;

/** 'dtune-STUDY-NUMBER-DIGEST', a DNS-1123 label (at most 63 small letters, digits and '-'); another one for every other key. */
export function jobName(study: string, number: number, key: string): string {
  const slug = study
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_STUDY)
    .replace(/^-+|-+$/g, '');
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return ['dtune', ...(slug === '' ? [] : [slug]), number, digest].join('-');
}
