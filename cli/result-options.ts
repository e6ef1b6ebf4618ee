/** The options that give a result: for trials that were run elsewhere. */
import type { Command } from 'commander';
import { number } from './numbers.ts';
import { numberPair } from './pairs.ts';

export interface ResultOptions {
  readonly value?: number;
  readonly values?: Readonly<Record<string, number>>;
  readonly constraints?: Readonly<Record<string, number>>;
  readonly cost?: number;
}

export function withResult(command: Command): Command {
  return command
    .option('--value <number>', 'the result, where there is one objective', number)
    .option('--values <name=number...>', 'the result by objective', numberPair)
    .option('--constraints <name=number...>', 'the measured constraints', numberPair)
    .option('--cost <number>', 'what the trial cost', number);
}

/** A result as a trial gives it (study/trial/result.ts); undefined where none was given. */
export function resultOf({ value, values, constraints, cost }: ResultOptions): object | undefined {
  if (value === undefined && values === undefined) return undefined;
  return {
    ...(value !== undefined && { value }),
    ...(values && { values }),
    ...(constraints && { constraints }),
    ...(cost !== undefined && { cost }),
  };
}
