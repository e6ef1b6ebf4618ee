import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { SimplePlugin } from '@temporalio/plugin';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TuningClient } from '../../client/tuning-client.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { Place, studyOf } from '../plugin/place.ts';

let place: Place;
beforeAll(async () => {
  place = await Place.open();
});
afterAll(() => place.close());

const of = (client: Client): TuningClient => new TuningClient({ client, artifacts: place.artifacts });

const { Payload } = proto.temporal.api.common.v1;

/** Wraps each payload under this encoding, and unwraps no other. */
const wrapping = (encoding: string): PayloadCodec => ({
  encode: async (payloads) =>
    payloads.map((payload) => ({
      metadata: { encoding: Buffer.from(encoding) },
      data: Payload.encode(payload).finish(),
    })),
  decode: async (payloads) =>
    payloads.map(({ metadata, data }) => {
      if (Buffer.from(metadata!['encoding']!).toString() !== encoding) throw new Error(`not ${encoding}`);
      return Payload.decode(data!);
    }),
});

describe("TuningClient on a user's own Temporal client", () => {
  it('reads what several payload codecs have encoded, the last one first', async () => {
    const payloadCodecs = [wrapping('inner'), wrapping('outer')];
    const client = of(new Client({ connection: place.client.connection, dataConverter: { payloadCodecs } }));
    const definition = studyOf('encoded');
    const study = await client.start(definition);
    expect((await study.found()).definition).toEqual(definition);
    expect(await client.standing(definition)).toBe('open');
  });

  it('says in words that it cannot read what others have encoded', async () => {
    const study = of(place.client).study('encoded');
    await expect(study.found()).rejects.toThrow(StudyDefinitionError);
    await expect(study.found()).rejects.toThrow(
      'dtune/encoded cannot be read here (Unknown encoding: outer): expected a client with the data converter of its workers; ' +
        'give the Temporal client their dataConverter',
    );
  });

  it('goes through the interceptors once, those of a plugin of the connection included', async () => {
    const seen: string[] = [];
    const interceptor = (who: string): WorkflowClientInterceptor => ({
      start: (input, next) => (seen.push(`${who} start`), next(input)),
      describe: (input, next) => (seen.push(`${who} describe`), next(input)),
    });
    const plugins = [new SimplePlugin({ name: 'theirs', clientInterceptors: { workflow: [interceptor('plugin')] } })];
    const connection = await Connection.connect({ address: place.address, plugins });
    const client = of(new Client({ connection, interceptors: { workflow: [interceptor('client')] } }));
    await client.start(studyOf('intercepted'));
    await connection.close();
    expect(seen.toSorted()).toEqual(['client describe', 'client start', 'plugin describe', 'plugin start']);
  });
});
