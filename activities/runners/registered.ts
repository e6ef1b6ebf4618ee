/** Functions registered with a worker by name, run in its own process: for trials that are over at once. */
import { splitsOf } from '../../evaluation/splits/trial-splits.ts';
import { TrialFailedError } from '../../study/errors.ts';
import { watchLimits } from './limits.ts';
import type { Runner } from './runner.ts';
import { createSplit } from './splitting.ts';
import { describeThrown } from './thrown.ts';
import { createTrialContext, type TrialFunction } from './trial-context.ts';

/**
 * A runner of these functions. One that does not end within the grace is left behind: nothing can end it but its worker's end. One
 * that computes without pause holds up the worker's heartbeats; a module's functions, in processes of their own, do not.
 */
export function createRegisteredRunner(
  functions: Readonly<Record<string, TrialFunction<never>>>,
): Runner<{ readonly function: string }> {
  return async (spec, facts, events, limits) => {
    const run = Object.hasOwn(functions, spec.function) ? functions[spec.function] : undefined;
    if (typeof run !== 'function')
      throw new TrialFailedError(
        `this worker has no function '${spec.function}': expected ${Object.keys(functions).join(', ') || 'one to be registered'}`,
      );
    const split = createSplit(facts, splitsOf);
    const abort = new AbortController();
    let grace: NodeJS.Timeout | undefined;
    let giveUp: () => void;
    const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
    const watch = watchLimits(limits, () => {
      abort.abort();
      grace = setTimeout(giveUp, limits.graceMs);
    });
    try {
      const ending = settle(() => run(createTrialContext(facts, events, abort.signal, split) as never));
      const ended = await Promise.race([ending, givenUp]);
      watch.check();
      if (!ended) throw new TrialFailedError(`'${spec.function}' did not end when it was told to`);
      if ('thrown' in ended) throw new TrialFailedError(describeThrown(ended.thrown));
      return ended.value;
    } finally {
      watch.stop();
      clearTimeout(grace);
    }
  };
}

async function settle(run: () => unknown): Promise<{ readonly value: unknown } | { readonly thrown: unknown }> {
  try {
    return { value: await run() };
  } catch (thrown) {
    return { thrown };
  }
}
