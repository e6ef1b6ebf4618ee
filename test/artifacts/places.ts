/** The kinds of stores that the tests of artifacts run on, each as a place that `openStore` takes, empty at first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterAll, beforeAll, describe } from 'vitest';
import { startS3, type S3Kind, type S3Server } from './s3-servers.ts';

export type PlaceKind = 'folder' | S3Kind;

const KINDS: readonly PlaceKind[] = ['folder', 'moto', 'rclone'];

/** Describes the same of every kind of store. `placeOf` gives a new place each time. */
export function describeOnEach(
  title: string,
  body: (placeOf: () => string, kind: PlaceKind) => void,
  kinds: readonly PlaceKind[] = KINDS,
): void {
  describe.each(kinds)(`${title}, on %s`, (kind) => {
    let places = 0;
    let root: string;
    if (kind === 'folder') {
      beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'dtune-store-'))));
      afterAll(() => rmSync(root, { recursive: true, force: true }));
    } else {
      let server: S3Server;
      const before = { ...process.env };
      // the first start installs the servers
      beforeAll(async () => {
        // it cuts off answers that come in several pieces
        nock.restore();
        server = await startS3(kind);
        for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
        Object.assign(process.env, server.env);
        root = 's3://bucket';
      }, 900_000);
      afterAll(async () => {
        process.env = before;
        nock.activate();
        await server.close();
      });
    }
    body(() => `${root}/place-${places++}`, kind);
  });
}
