import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { isServed } from '../../server/port.ts';
import { isPlanted, plant } from '../server/dev-server-rig.ts';
import { openTestHome, type TestHome } from './home.ts';

let home: TestHome | undefined;
afterEach(() => home?.dispose());

it('a test home survives a kill of its server and leaves nothing behind', async () => {
  home = await openTestHome();
  const port = Number(home.address.split(':')[1]);
  await plant(home.address, 'study');
  await home.kill();
  expect(await isServed(port)).toBe(false);
  await home.start();
  expect(await isPlanted(home.address, 'study')).toBe(true);
  await home.dispose();
  expect(await isServed(port)).toBe(false);
  expect(existsSync(home.home)).toBe(false);
});
