import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactsOf, objectsAt } from '../../artifacts/store.ts';

describe("the place of a home's artifacts", () => {
  it('is what was given, else DTUNE_ARTIFACTS, else a folder in the home', () => {
    const env = { DTUNE_ARTIFACTS: 's3://bucket/prefix' };
    expect(artifactsOf('/home', undefined, {})).toBe('/home/artifacts');
    expect(artifactsOf('home', undefined, { DTUNE_ARTIFACTS: '' })).toBe(resolve('home/artifacts'));
    expect(artifactsOf('/home', undefined, env)).toBe('s3://bucket/prefix');
    expect(artifactsOf('/home', 'shared', env)).toBe(resolve('shared'));
    expect(artifactsOf('/home', '/shared', env)).toBe('/shared');
    expect(artifactsOf('/home', 's3://other', env)).toBe('s3://other');
  });

  it('is a folder by its path or its file URI, or a bucket', () => {
    expect(objectsAt('/a b').uri).toBe('file:///a%20b');
    expect(objectsAt('file:///a%20b')).toMatchObject({ uri: 'file:///a%20b', folder: '/a b' });
    expect(objectsAt('s3://bucket/a/b/').uri).toBe('s3://bucket/a/b');
    expect(objectsAt('s3://bucket').folder).toBeUndefined();
  });
});
