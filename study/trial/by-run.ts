/**
 * The words of define-by-run: a trial asks for parameters while it runs, `suggestFloat('lr', …)`, and each is suggested by itself.
 *
 * On the wire, for a trial in any language: the update `suggestParameter` (contract.ts, UPDATES) of the study's workflow takes
 * ParameterAsks and answers with one ParameterAnswer an ask, in their order. `{ wait: true }` means that the value is being found: the
 * same update, with another update id, is to be sent again after a moment (20 ms, then twice as long each time, at most a second, say).
 * What was asked once is answered with the same value ever after, to every attempt of the trial, whatever was lost on the way. What the
 * trial had asked for before its request was made is in the request (TrialRequest.suggested), and needs no asking.
 */
import { compileSpace } from '../space/dimensions.ts';
import { fixedIn } from '../space/fixed.ts';
import type { Params, Scalar, ScalarDomain, Space } from '../space/space.ts';
import { isScalar, type Field } from '../syntax/field.ts';
import { readScalarParameter, type ScalarSyntax } from '../syntax/parameter.ts';
import { nameFault } from '../syntax/space.ts';
import { isRecord, show } from '../wording/json.ts';

/** One parameter that a trial asks for. */
export interface ParameterAsk {
  /** The trial's. */
  readonly number: number;
  /** Dotted names are branches, as in a space. */
  readonly name: string;
  /** As in a study file: { float: [1e-5, 0.1], scale: log }, { int: [1, 8] }, { choice: [adam, sgd] }, { ordinal: […] }, { bool: true }. */
  readonly parameter: ScalarSyntax;
  /** The last step that the trial reported before it asked; absent: none. */
  readonly step?: number;
}

/** What trials of one study, run by one worker, ask for together. */
export interface ParameterAsks {
  /** Of the study the trials were started by (TrialRequest): another study may have the name by now. */
  readonly firstRunId: string;
  /** 1 to 1,000. */
  readonly asks: readonly ParameterAsk[];
}

export type ParameterAnswer =
  | { readonly value: Scalar }
  /** Why there is none, in words: the trial's own failure. */
  | { readonly refused: string }
  /** To be asked again after a moment. */
  | { readonly wait: true }
  /** The trial is to end: it was, or it has been decided what becomes of it. */
  | { readonly ended: true };

/** A parameter that a trial was given while it ran. */
export interface Suggested {
  readonly name: string;
  readonly value: Scalar;
  /** What it was asked for as; absent of a trial that ran elsewhere. */
  readonly domain?: ScalarDomain;
  /** How many segments of the trial had ended before it was asked for; absent: none. */
  readonly segment?: number;
  /** The last step that was reported before it was asked for; absent: none. */
  readonly step?: number;
  /** Version of the sampler, where it is not that of the trial's own suggestion. */
  readonly sampler?: number;
  /** How many values trials of the study had been given before, and what had closed by then; where trials in flight are seen. */
  readonly at?: number;
  readonly seq?: number;
}

/** An ask as the sampler gets it. */
export interface ParameterSlot {
  readonly number: number;
  /** The trial's: what had closed then is what the suggestion sees. */
  readonly asOf: number;
  readonly name: string;
  readonly domain: ScalarDomain;
  /** What the trial was given before; only for a sampler that walks paths (brute-force). */
  readonly path?: readonly Suggested[];
  /** What else such a suggestion sees: what had closed by `seq`, and what trials in flight were given before value `at`. */
  readonly seen?: { readonly seq: number; readonly at: number };
}

/** A value with the version of the sampler that suggested it; or in words why the trial cannot have one. */
export type ParameterSuggestion = { readonly value: Scalar; readonly sampler: number } | { readonly refused: string };

/** Parameters that one trial may ask for, characters of JSON in all: its row, and every request for it, carries them. */
export const MAX_SUGGESTED = 32_768;

/** Asks in one message. */
export const MAX_ASKS = 1000;

/** What is wrong with the shape of a message with asks, in words; undefined if nothing is. */
export function asksFault(message: unknown): string | undefined {
  const { firstRunId, asks } = isRecord(message) ? message : {};
  if (typeof firstRunId !== 'string' || !Array.isArray(asks) || asks.length === 0 || asks.length > MAX_ASKS)
    return `got ${show(message)}, expected { firstRunId, asks } with 1 to ${MAX_ASKS} asks`;
  const strange = (asks as unknown[]).find(
    (ask) =>
      !isRecord(ask) ||
      !Number.isInteger(ask['number']) ||
      typeof ask['name'] !== 'string' ||
      !(ask['step'] === undefined || Number.isFinite(ask['step'])),
  );
  return strange === undefined
    ? undefined
    : `got the ask ${show(strange)}, expected { number, name, parameter }: the trial's number, a name, and what it may be`;
}

/** What a parameter is asked for as, or in words what is wrong with it. */
export function readAsked(
  name: string,
  parameter: unknown,
): { readonly domain: ScalarDomain } | { readonly fault: string } {
  const fault = nameFault(name);
  if (fault !== undefined) return { fault: `the name ${show(name)} ${fault}` };
  const field: Field = { path: name, value: parameter, faults: [] };
  const domain = readScalarParameter(field);
  return domain && field.faults.length === 0 ? { domain } : { fault: field.faults.join('\n') };
}

interface ByRunStudy {
  readonly space: Space;
  readonly defineByRun?: true;
}

/** All parameters of a trial: its own of the space, and those that were asked for, or would be. */
export interface DividedParams {
  readonly inSpace: Params;
  readonly suggested: readonly Suggested[];
}

/** Parameters of a trial that this study had. */
export function divideParams({ space, defineByRun }: ByRunStudy, params: Params): DividedParams {
  if (!defineByRun) return { inSpace: params, suggested: [] };
  const compiled = compileSpace(space);
  const others = Object.entries(params).filter(([name]) => !compiled.slotOf.has(name));
  return {
    inSpace: fixedIn(compiled, params),
    suggested: others.map(([name, value]) => ({ name, value: value as Scalar })),
  };
}

/**
 * Parameters of a trial of elsewhere; where trials ask for none, all of them are the space's to judge.
 * @returns in words what no trial could ask for
 */
export function readDivided(study: ByRunStudy, params: Params): DividedParams | { readonly fault: string } {
  const divided = divideParams(study, params);
  for (const { name, value } of divided.suggested) {
    const fault = nameFault(name);
    if (fault !== undefined) return { fault: `the name ${show(name)} ${fault}` };
    if (!isScalar(value))
      return {
        fault: `${name} cannot be ${show(value)}: expected text, a finite number, true, false or null, as trials ask for`,
      };
  }
  return divided;
}

/** Parameter values by name. */
export function suggestedParams(suggested: readonly Suggested[] = []): Params {
  return Object.fromEntries(suggested.map(({ name, value }) => [name, value]));
}
