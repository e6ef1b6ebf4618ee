/** What became of trials of elsewhere, in words: '37 of 40 trials fit the space; 3 do not: lr = 0.5 is above 0.1 (2 trials), …'. */
import type { LeftTrial, MappedTrials } from './map-trials.ts';

const MAX_REASONS = 10;

export function describeMapping({ mapped, left }: MappedTrials): string {
  const all = mapped.length + left.length;
  if (all === 0) return 'there are no trials';
  const fit = `${mapped.length} of ${count(all)} ${mapped.length === 1 ? 'fits' : 'fit'} the space`;
  if (left.length === 0) return fit;
  const reasons = reasonsOf(left);
  const more = reasons.length - MAX_REASONS;
  const rest = more > 0 ? [`and ${more} more ${more === 1 ? 'reason' : 'reasons'}`] : [];
  return `${fit}; ${left.length} ${left.length === 1 ? 'does' : 'do'} not: ${[...reasons.slice(0, MAX_REASONS), ...rest].join(', ')}`;
}

/** The commonest first; with the value where all trials of a reason have the same. A trial counts under each of its reasons. */
function reasonsOf(left: readonly LeftTrial[]): string[] {
  const groups = new Map<string, { trials: number; readonly words: Set<string> }>();
  for (const { misfits } of left) {
    for (const { reason, words } of misfits) {
      const group = groups.get(reason) ?? { trials: 0, words: new Set() };
      groups.set(reason, group);
      group.trials++;
      group.words.add(words);
    }
  }
  return [...groups]
    .sort(([, a], [, b]) => b.trials - a.trials)
    .map(([reason, { trials, words }]) => `${words.size === 1 ? [...words].join() : reason} (${count(trials)})`);
}

function count(trials: number): string {
  return trials === 1 ? '1 trial' : `${trials} trials`;
}
