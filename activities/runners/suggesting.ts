/** What a trial function asks for while it runs, in the words of Optuna: each call gives the parameter's value in this trial. */
import { TrialFailedError, TrialPrunedError } from '../../study/errors.ts';
import type { Scalar } from '../../study/space/space.ts';
import type { ScalarSyntax } from '../../study/syntax/parameter.ts';
import type { TrialEvents } from './runner.ts';

export interface NumberOptions {
  /** Drawn and modelled on a logarithmic scale; not with `step`. */
  readonly log?: boolean;
  /** Grid distance from `low`, > 0. */
  readonly step?: number;
}

/**
 * Parameters of a study with `defineByRun: true`. The value is recorded before it is there; every attempt at the trial is given the same
 * one, and so is who asks twice. A name of the study's space gives that parameter's value, where it is asked for as it is there. Dots in a
 * name are branches. Another trial may ask for other parameters, or for the same with another range or other choices, of the same kind.
 *
 * All of them reject with a TrialFailedError in words where there can be no such parameter, and with a TrialPrunedError where the trial is
 * to end.
 */
export interface Suggesting {
  /** A number from low to high, both included. */
  readonly suggestFloat: (name: string, low: number, high: number, options?: NumberOptions) => Promise<number>;
  /** A whole number from low to high, both included. */
  readonly suggestInt: (name: string, low: number, high: number, options?: NumberOptions) => Promise<number>;
  /** One of these values. @param options `ordered`: neighbours are alike */
  readonly suggestCategorical: <const Value extends Scalar>(
    name: string,
    choices: readonly Value[],
    options?: { readonly ordered?: boolean },
  ) => Promise<Value>;
  readonly suggestBool: (name: string) => Promise<boolean>;
}

export function createSuggesting({ suggest }: TrialEvents, signal: AbortSignal): Suggesting {
  const ask = async <Value extends Scalar>(name: string, parameter: ScalarSyntax): Promise<Value> => {
    if (!suggest)
      throw new TrialFailedError(
        `${name}: trials of this study ask for no parameters, expected defineByRun: true in its definition`,
      );
    return (await endedBy(signal, suggest(name, parameter), name)) as Value;
  };
  return {
    suggestFloat: (name, low, high, options) => ask(name, { float: [low, high], ...written(options) }),
    suggestInt: (name, low, high, options) => ask(name, { int: [low, high], ...written(options) }),
    suggestCategorical: (name, choices, { ordered = false } = {}) =>
      ask(name, ordered ? { ordinal: choices } : { choice: choices }),
    suggestBool: (name) => ask(name, { bool: true }),
  };
}

function written({ log, step }: NumberOptions = {}): { scale?: 'log'; step?: number } {
  return { ...(log && { scale: 'log' }), ...(step !== undefined && { step }) };
}

/** Who is told to end does not wait for a value. */
async function endedBy<Value>(signal: AbortSignal, value: Promise<Value>, name: string): Promise<Value> {
  let end = (): void => {};
  const told = new Promise<never>((_, reject) => {
    end = () => reject(new TrialPrunedError(`this trial was told to end before it was given ${name}`));
  });
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    return await Promise.race([value, told]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
