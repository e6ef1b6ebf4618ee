import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { externalServer, resolveServer } from '../../server/address.ts';
import { serverStatus } from '../../server/dev-server.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();

async function profile(text: string): Promise<NodeJS.ProcessEnv> {
  await writeFile(scratch.path('temporal.toml'), text);
  return { HOME: scratch.path(), TEMPORAL_CONFIG_FILE: scratch.path('temporal.toml') };
}

describe('an external server', () => {
  it('is the one that TEMPORAL_ADDRESS names', async () => {
    expect(await externalServer({ HOME: scratch.path(), TEMPORAL_ADDRESS: 'temporal.lab:7233' })).toEqual({
      kind: 'external',
      connection: { address: 'temporal.lab:7233' },
      namespace: 'default',
    });
  });

  it('carries namespace, key, headers and encryption', async () => {
    const env = {
      HOME: scratch.path(),
      TEMPORAL_ADDRESS: 'cloud:7233',
      TEMPORAL_NAMESPACE: 'tuning',
      TEMPORAL_API_KEY: 'secret',
      TEMPORAL_TLS_SERVER_NAME: 'cloud.name',
      TEMPORAL_GRPC_META_TEAM: 'vision',
    };
    expect(await externalServer(env)).toMatchObject({
      connection: {
        address: 'cloud:7233',
        apiKey: 'secret',
        metadata: { team: 'vision' },
        tls: { serverNameOverride: 'cloud.name' },
      },
      namespace: 'tuning',
    });
  });

  it('is the one of the profile, the environment before the file', async () => {
    const env = await profile(`
      [profile.default]
      address = "default:1"
      [profile.lab]
      address = "lab:2"
      namespace = "tuning"
      api_key = "secret"`);
    expect(await externalServer(env)).toMatchObject({ connection: { address: 'default:1' }, namespace: 'default' });
    expect(await externalServer({ ...env, TEMPORAL_PROFILE: 'lab' })).toEqual({
      kind: 'external',
      connection: { address: 'lab:2', apiKey: 'secret', tls: true },
      namespace: 'tuning',
    });
    const overridden = { ...env, TEMPORAL_PROFILE: 'lab', TEMPORAL_ADDRESS: 'here:3' };
    expect(await externalServer(overridden)).toMatchObject({ connection: { address: 'here:3' }, namespace: 'tuning' });
  });

  it('is none where nothing names one', async () => {
    expect(await externalServer({ HOME: scratch.path() })).toBeUndefined();
    expect(
      await externalServer({ HOME: scratch.path(), TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' }),
    ).toBeUndefined();
  });

  it.each([
    { name: 'TEMPORAL_NAMESPACE', value: 'tuning', shown: '"tuning"' },
    { name: 'TEMPORAL_API_KEY', value: 'abc', shown: 'to a secret' },
    { name: 'TEMPORAL_TLS_CLIENT_KEY_DATA', value: 'abc', shown: 'to a secret' },
    { name: 'TEMPORAL_CONFIG_FILE', value: '/nowhere/temporal.toml', shown: '"/nowhere/temporal.toml"' },
  ])('has to be named where $name is set', async ({ name, value, shown }) => {
    await expect(externalServer({ HOME: scratch.path(), [name]: value })).rejects.toThrow(
      `${name} is set (${shown}), but nothing says where the server is. Set TEMPORAL_ADDRESS=host:port or give the profile ` +
        `an address, or unset ${name} to use the server of this home.`,
    );
  });

  it('is refused in words where the profile is missing or its file is damaged', async () => {
    const env = await profile('[profile.lab]\naddress = "lab:2"');
    await expect(externalServer({ ...env, TEMPORAL_PROFILE: 'cloud' })).rejects.toThrow(
      "Cannot read Temporal's client configuration: Profile 'cloud' not found in config data. TEMPORAL_PROFILE names",
    );
    await expect(externalServer(await profile('[profile'))).rejects.toThrow(
      "Cannot read Temporal's client configuration:",
    );
  });
});

describe('the server to use', () => {
  it('is the external one, no embedded one being started', async () => {
    const home = scratch.home('home');
    const env = { ...process.env, TEMPORAL_ADDRESS: 'temporal.lab:7233' };
    expect(await resolveServer({ home, env })).toMatchObject({ kind: 'external' });
    expect(await serverStatus({ home })).toMatchObject({ pid: null });
  });

  it('is the embedded one where external ones are to be ignored', async () => {
    const home = scratch.home('home');
    const env = { ...process.env, TEMPORAL_ADDRESS: 'temporal.lab:7233' };
    const { kind, connection, namespace } = await resolveServer({ home, env, embeddedOnly: true });
    expect({ kind, namespace }).toEqual({ kind: 'embedded', namespace: 'default' });
    expect(connection).toEqual({ address: (await serverStatus({ home })).address });
  });
});
