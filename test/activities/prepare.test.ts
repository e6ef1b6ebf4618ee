import { listed } from '../../study/syntax/field.ts';
import { describe, expect, it } from 'vitest';
import { createPrepare } from '../../activities/prepare.ts';
import { BUILT_IN, samplerNames } from '../../samplers/registry.ts';
import { definitionOf } from '../study/definitions.ts';

const prepare = createPrepare(BUILT_IN);

describe('prepare', () => {
  it('refuses a study whose sampler or options are not known here', async () => {
    await expect(prepare({ definition: definitionOf({ sampler: { name: 'magic', options: {} } }) })).rejects.toThrow(
      `sampler: there is no sampler "magic", expected ${listed(samplerNames())}`,
    );
  });

  it('refuses a warm start that nobody has read', async () => {
    const definition = definitionOf({ warmStart: { study: 'older' } });
    await expect(prepare({ definition, begins: 'empty' })).rejects.toThrow(
      'warmStart is { study: "older" }, but the study was started without its trials, which a client reads: start it by ' +
        'TuningClient.start or dtune run, or leave warmStart out',
    );
    await expect(prepare({ definition })).resolves.toBeUndefined();
  });
});
