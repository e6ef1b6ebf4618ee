/**
 * What a program that hosts trials itself says to its engine and what it answers, one JSON object a line each:
 *
 *   {"id": 1, "call": "place"}                                     -> {"id": 1, "answer": {"address", "namespace", "home", "artifacts", "embedded"}}
 *   {"id": 2, "call": "start", "study": {…}, "directory"?, "again"?} -> {"id": 2, "answer": {"name": …, "standing": "none" | "open" | "closed"}}
 *                                                                     study: as in a study file; standing: what was there before
 *   {"id": 3, "call": "result", "name": …}                         -> {"id": 3, "answer": status}   once the study has closed
 *   {"id": 4, "call": "status" | "trials", "name": …}              -> {"id": 4, "answer": …}
 *   {"id": 5, "call": "stop", "name": …, "now"?: true}             -> {"id": 5, "answer": null}
 *
 * Answers come as they are ready, in any order. What cannot be is answered with {"id", "error": {"name", "message"}} and has changed
 * nothing.
 */
import { join, resolve } from 'node:path';
import { allTrials } from '../../client/all-trials.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { listed } from '../../study/syntax/field.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { serve } from '../follow.ts';
import { parseLine } from '../json-line.ts';
import type { Place } from '../place.ts';
import { definitionOf } from '../study-file.ts';

type Message = Readonly<Record<string, unknown>>;

/** What stands for the file in words about a study that comes as a message. */
const FILE = 'study';

const EXPECTED = 'expected one call a line, such as {"id": 1, "call": "status", "name": "digits"}';

/** The answer to one line: never throws. */
export async function reply(place: Place, line: string): Promise<object> {
  let id: unknown = null;
  try {
    const message = parseLine(line, EXPECTED);
    if (!isRecord(message)) throw new StudyDefinitionError(`${show(message)} is no call: ${EXPECTED}`);
    id = message['id'] ?? null;
    return { id, answer: (await call(place, message)) ?? null };
  } catch (error) {
    const { name, message } = error as Error;
    return { id, error: { name, message } };
  }
}

const CALLS: Readonly<Record<string, (place: Place, message: Message) => Promise<unknown>>> = {
  place: async ({ where }) => where,
  start,
  result: (place, message) => studyOf(place, message).result(),
  status: (place, message) => studyOf(place, message).status(),
  trials: (place, message) => allTrials(studyOf(place, message)),
  stop: (place, message) => studyOf(place, message).stop({ now: message['now'] === true }),
};

function call(place: Place, message: Message): Promise<unknown> {
  const { call: name } = message;
  if (typeof name === 'string' && Object.hasOwn(CALLS, name)) return CALLS[name]!(place, message);
  throw new StudyDefinitionError(`call is ${show(name)}: expected ${listed(Object.keys(CALLS))}`);
}

async function start(place: Place, message: Message): Promise<object> {
  const { study, directory } = message;
  if (directory !== undefined && typeof directory !== 'string')
    throw new StudyDefinitionError(
      `directory is ${show(directory)}: expected the path that a study's paths start from`,
    );
  const file = join(resolve(directory ?? '.'), FILE);
  // one without a seed has the seed that was drawn when it started
  const definition = (seed?: number): StudyDefinition => definitionOf(study, file, seed);
  const options = { again: message['again'] === true };
  const standing = await place.client.standing(definition, options);
  const started = definition();
  if (standing !== 'closed') {
    await serve(place, started);
    await place.client.start(definition, options);
  }
  return { name: started.name, standing };
}

function studyOf({ client }: Place, { name }: Message): StudyHandle {
  if (typeof name === 'string') return client.study(name);
  throw new StudyDefinitionError(`name is ${show(name)}: expected the name of a study`);
}
