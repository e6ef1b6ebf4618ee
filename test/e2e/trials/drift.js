// An objective whose optimum another night moves: the file says where it is. What a test measures is not quite what was tuned.
import { appendFileSync, readFileSync } from 'node:fs';

export async function drift({ params: { x, folder }, phase }) {
  appendFileSync(`${folder}/started`, `${phase}\n`);
  await new Promise((resolve) => setTimeout(resolve, 120));
  const { tune, test } = JSON.parse(readFileSync(`${folder}/optimum.json`, 'utf8'));
  return (x - (phase === 'test' ? test : tune)) ** 2;
}
