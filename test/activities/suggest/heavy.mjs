// A sampler whose asks take long, and which other threads find by the address of its module.
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const heavy = {
  name: 'heavy',
  version: 1,
  module: import.meta.url,
  options: {
    turns: { type: 'int', default: 0, low: 0, high: 100_000, doc: 'How long an ask takes, in millions of turns' },
    dies: { type: 'int', default: -1, low: -1, high: 1000, doc: 'The trial whose first ask ends its thread' },
  },
  // a study of parallel n is light before trial n - 1
  heavy: (rows, { parallel }) => rows >= parallel - 1,
  supports: () => true,
  advance: () => null,
  suggest(_cache, view, { number, fixed }, rng, { space }, { turns, dies }) {
    const mark = join(tmpdir(), `dtune-heavy-${process.pid}-${rng.shared(0, 0)}`);
    if (number === dies && !existsSync(mark)) {
      writeFileSync(mark, '');
      process.exit(7);
    }
    let sum = view.rows.length;
    for (let i = 0; i < turns * 1e6; i++) sum = (sum * 31 + i) & 1023;
    const x = Float64Array.from(space.dimensions, ({ low, high }, i) => low + (high - low) * rng.uniform(0, i));
    for (const [i, value] of fixed.entries()) if (!Number.isNaN(value)) x[i] = value;
    // what it counted changes nothing, but the engine cannot know
    return { x: sum < 0 ? fixed : x };
  },
};
