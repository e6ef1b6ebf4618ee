/** Door './samplers': what a sampler of your own is made of; './testing' has the suite it must pass. */
export type {
  Ask,
  Options,
  OptionSpec,
  ParameterAsk,
  Problem,
  Rng,
  Row,
  Sampler,
  Seq,
  Suggestion,
  View,
} from './sampler.ts';
export { createSession, sessionOf, type Session } from './session.ts';
export { BRIDGED, BUILT_IN, KNOWN, resolveOptions, samplerByName, samplerNames, withOwnSamplers } from './registry.ts';
export { parameterAlone } from './parameter-alone.ts';
export { advanceSeen, withoutRepeat } from './no-repeats.ts';
export { drawPoint, fromUnit, toUnit } from './unit-cube.ts';
export { createRng } from './numerics/philox.ts';
export { audit, type Audit, type AuditedStudy } from './audit.ts';
