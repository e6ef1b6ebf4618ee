import { describe, expect, it } from 'vitest';
import { definitionDifferences } from '../../study/differences.ts';
import { withRecordedSamplers } from '../../study/recorded-samplers.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from './definitions.ts';

type SamplerSpec = StudyDefinition['sampler'];

const byRule = (name: string, rule = 3): SamplerSpec => ({ name, options: {}, chosen: `auto ${rule}: why` });
const named = (name: string, options: SamplerSpec['options'] = {}): SamplerSpec => ({ name, options });

/** What differs between a study and a file that is run again under its name. */
function differences(recorded: SamplerSpec, wanted: SamplerSpec): string[] {
  const [before, now] = [recorded, wanted].map((sampler) => definitionOf({ sampler }));
  return definitionDifferences(before!, withRecordedSamplers(now!, before!));
}

describe('a study file run again', () => {
  it.each<[what: string, recorded: SamplerSpec]>([
    ['by the first rule', byRule('forest', 1)],
    ['by the rule before', byRule('forest', 2)],
    ['by the same rule, of other trials', byRule('forest')],
    ['before there was a rule', named('tpe')],
  ])('that names no sampler is the same study as one whose sampler was chosen %s', (_, recorded) => {
    expect(differences(recorded, byRule('gp'))).toEqual([]);
  });

  it.each<[what: string, recorded: SamplerSpec, wanted: SamplerSpec, lines: string[]]>([
    ['a sampler, now', byRule('gp'), named('tpe'), ['sampler.name: "gp" -> "tpe"']],
    ['a sampler, then', named('random'), byRule('gp'), ['sampler.name: "random" -> "gp"']],
    ['options, then', named('tpe', { candidates: 9 }), byRule('tpe'), ['sampler.options.candidates: 9 -> absent']],
  ])('is another one where somebody named %s', (_, recorded, wanted, lines) => {
    expect(differences(recorded, wanted)).toEqual(lines);
  });

  it('has the samplers of its model classes alike', () => {
    const classes = (svm: SamplerSpec, net: SamplerSpec): StudyDefinition =>
      definitionOf({
        models: [
          { name: 'svm', weight: 1, sampler: svm },
          { name: 'net', weight: 1, sampler: net },
          { name: 'tree', weight: 1 },
        ],
      });
    const before = classes(byRule('gp', 1), named('random'));
    const again = classes(byRule('forest'), byRule('gp'));
    expect(definitionDifferences(before, withRecordedSamplers(again, before))).toEqual([
      'models[1].sampler.name: "random" -> "gp"',
    ]);
    expect(definitionDifferences(before, classes(byRule('gp', 2), named('random')))).toEqual([]);
  });
});
