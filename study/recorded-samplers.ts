/**
 * A study file that names no sampler gets one by rule, and the rule may change with a release. Run again, the file is still
 * the same study: whatever its samplers were chosen by then is as good.
 */
import type { ModelClass } from './models.ts';
import type { StudyDefinition } from './study.ts';

type SamplerSpec = StudyDefinition['sampler'];

/** `wanted` with the recorded study's samplers wherever nobody named one, now or then. */
export function withRecordedSamplers(wanted: StudyDefinition, recorded: StudyDefinition): StudyDefinition {
  const { sampler, models } = wanted;
  return {
    ...wanted,
    sampler: isOpen(sampler, recorded.sampler) ? recorded.sampler : sampler,
    ...(models && { models: models.map((each) => classAsRecorded(each, recorded)) }),
  };
}

function classAsRecorded(wanted: ModelClass, recorded: StudyDefinition): ModelClass {
  const sampler = recorded.models?.find(({ name }) => name === wanted.name)?.sampler;
  return wanted.sampler && sampler && isOpen(wanted.sampler, sampler) ? { ...wanted, sampler } : wanted;
}

function isOpen({ chosen }: SamplerSpec, recorded: SamplerSpec): boolean {
  return chosen !== undefined && (recorded.chosen !== undefined || isFirstDefault(recorded));
}

/** Before there was a rule, a study that named no sampler had plain tpe. */
function isFirstDefault({ name, options }: SamplerSpec): boolean {
  return name === 'tpe' && Object.keys(options).length === 0;
}
