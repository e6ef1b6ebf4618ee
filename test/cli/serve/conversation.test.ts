import { describe, expect, it } from 'vitest';
import { reply } from '../../../cli/serve/conversation.ts';
import type { Place } from '../../../cli/place.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';

const where = { address: '127.0.0.1:1', namespace: 'default', home: '/h', artifacts: '/h/artifacts', embedded: true };
const stopped: unknown[] = [];
const handle = {
  result: async () => ({ status: 'complete' }),
  stop: async (options: unknown) => void stopped.push(options),
  async *trials() {
    yield { number: 0 };
    yield { number: 1 };
  },
  status: async () => {
    throw new StudyDefinitionError("there is no study named 'b'");
  },
};
const place = { where, client: { study: (name: string) => ({ name, ...handle }) } } as unknown as Place;

/** Says one message, a text as it is. */
const say = (message: unknown): Promise<object> =>
  reply(place, typeof message === 'string' ? message : JSON.stringify(message));

describe('a conversation with the engine', () => {
  it('answers each call under its id', async () => {
    expect(await say({ id: 1, call: 'place' })).toEqual({ id: 1, answer: where });
    expect(await say({ id: 'x', call: 'result', name: 'a' })).toEqual({ id: 'x', answer: { status: 'complete' } });
    expect(await say({ id: 3, call: 'trials', name: 'a' })).toEqual({ id: 3, answer: [{ number: 0 }, { number: 1 }] });
  });

  it('stops a study, at once where told so', async () => {
    expect(await say({ id: 4, call: 'stop', name: 'a', now: true })).toEqual({ id: 4, answer: null });
    await say({ id: 5, call: 'stop', name: 'a' });
    expect(stopped).toEqual([{ now: true }, { now: false }]);
  });

  it.each([
    ['no JSON', 'nonsense', null, /^nonsense is no JSON .* expected one call a line/],
    ['no call', '[]', null, /^\[\] is no call: expected one call a line/],
    ['an unknown call', { id: 6, call: 'toString' }, 6, /^call is "toString": expected place, start, result, status/],
    ['no name', { id: 7, call: 'status' }, 7, /^name is undefined: expected the name of a study/],
    ['a folder that is none', { id: 8, call: 'start', directory: 3 }, 8, /^directory is 3: expected the path/],
    ['a study that does not exist', { id: 9, call: 'status', name: 'b' }, 9, /^there is no study named 'b'/],
  ])('says what is wrong with %s', async (_what, message, id, words) => {
    const fault = { name: 'StudyDefinitionError', message: expect.stringMatching(words) };
    expect(await say(message)).toEqual({ id, error: fault });
  });
});
