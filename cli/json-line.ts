/** What another program says in one line. */
import { StudyDefinitionError } from '../study/errors.ts';

/** Of a line that cannot be what was expected, as much as a message shows. */
export function cutLine(line: string): string {
  return line.slice(0, 200);
}

/** @param expected in words, for the message. @throws StudyDefinitionError where the line is no JSON */
export function parseLine(line: string, expected: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new StudyDefinitionError(`${cutLine(line)} is no JSON (${(cause as Error).message}): ${expected}`, { cause });
  }
}
