import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { checkDefinition } from '../../samplers/check.ts';
import { createStudySession } from '../../samplers/study-session.ts';
import { compileSpace } from '../../study/dimensions.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { createLedger } from '../../study/ledger/begin.ts';
import type { Ledger, Outcome } from '../../study/ledger/ledger.ts';
import { recordOutcome } from '../../study/ledger/outcomes.ts';
import { recordSuggestions } from '../../study/ledger/slots.ts';
import { decode } from '../../study/point.ts';
import { readResult } from '../../study/result.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf, readStudyFile } from '../study-file.ts';

/**
 * `dtune sampler --space FILE --sampler NAME --seed N`: a sampler without any server, for other programs, as JSON lines:
 * `{"ask": 2}` and `{"tell": {"number", "value" | "values" | "failed", "constraints"?}}` in; `{"trials": […]}`, `{"ok": true}` or
 * `{"error": "…"}` out.
 */
export function samplerCommand(): Command {
  return new Command('sampler')
    .description('a sampler without any server, as JSON lines on stdin and stdout')
    .requiredOption('--space <file>', 'file with space, forbid, objective(s) and constraints, as in a study file')
    .requiredOption('--sampler <name>', 'sampler name')
    .option('--options <json>', "the sampler's options", '{}')
    .requiredOption('--seed <number>', 'seed, a whole number')
    .option('--json', 'JSON lines are all it speaks')
    .action(async (options: { space: string; sampler: string; options: string; seed: string }) => {
      const talk = conversation(definitionFor(options));
      for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity }))
        if (line.trim() !== '') process.stdout.write(`${JSON.stringify(talk(line))}\n`);
    });
}

function definitionFor({
  space,
  sampler,
  options,
  seed,
}: {
  space: string;
  sampler: string;
  options: string;
  seed: string;
}): StudyDefinition {
  const file = readStudyFile(space) as Record<string, unknown> | null;
  const { space: parameters, forbid, objective, objectives, constraints } = file ?? {};
  const content = Object.entries({ space: parameters, forbid, objective, objectives, constraints }).filter(
    ([, value]) => value !== undefined,
  );
  return definitionOf(
    {
      ...Object.fromEntries(content),
      name: 'sampler',
      trial: { function: 'told' },
      sampler: { [sampler]: JSON.parse(options) as unknown },
      stop: { trials: 1e9 },
      seed: Number(seed),
    },
    space,
  );
}

/** Answers one line after the other. */
export function conversation(definition: StudyDefinition): (line: string) => object {
  checkDefinition(definition);
  const ledger = createLedger(definition, 0);
  const session = createStudySession(definition, ledger.state.epochs);

  const ask = (count: unknown): object => {
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1)
      throw new StudyDefinitionError(
        `ask is ${JSON.stringify(count)}: expected how many trials, a whole number from 1`,
      );
    const { next, seq } = ledger.state;
    const slots = Array.from({ length: count }, (_, i) => ({ number: next + i, asOf: seq }));
    const { suggestions, sampler, exhausted } = session.ask(slots);
    ledger.asking = slots;
    recordSuggestions(ledger, suggestions, sampler);
    const rows = ledger.changed.splice(0);
    session.push(rows);
    const space = compileSpace(definition.space);
    const trials = rows.map(({ number, x, notes }) => ({
      number,
      params: decode(space, x),
      ...(notes?.reason !== undefined && { fallback: notes.reason }),
    }));
    return { trials, ...(exhausted && { exhausted }) };
  };

  const tell = (told: unknown): object => {
    recordOutcome(ledger, openTrial(ledger, told), outcomeOf(definition, told as Record<string, unknown>), 0);
    session.push(ledger.changed.splice(0));
    return { ok: true };
  };

  return (line) => {
    try {
      const message = JSON.parse(line) as Record<string, unknown>;
      if ('ask' in message) return ask(message['ask']);
      if ('tell' in message) return tell(message['tell']);
      throw new StudyDefinitionError(
        `got ${line.slice(0, 200)}: expected {"ask": N} or {"tell": {"number": N, "value": V}}`,
      );
    } catch (error) {
      return { error: (error as Error).message };
    }
  };
}

function openTrial({ state, rows }: Ledger, told: unknown): number {
  const number = (told as { number?: unknown } | null)?.number;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= state.next)
    throw new StudyDefinitionError(
      `tell.number is ${JSON.stringify(number)}: expected a trial that was asked for, 0 to ${state.next - 1}`,
    );
  if (rows[number]!.closed !== undefined)
    throw new StudyDefinitionError(`trial ${number} was told before; a result is final`);
  return number;
}

function outcomeOf({ objectives, constraints }: StudyDefinition, told: Record<string, unknown>): Outcome {
  const { number: _number, failed, ...raw } = told;
  if (failed !== undefined && failed !== false)
    return {
      kind: 'failed',
      attempts: 1,
      notes: { reason: typeof failed === 'string' ? failed : 'told as failed' },
      reports: [],
    };
  const names = { objectives: objectives.map(({ name }) => name), constraints: constraints.map(({ name }) => name) };
  return { kind: 'result', attempts: 1, result: readResult(raw, names) };
}
