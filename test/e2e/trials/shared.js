// What the clients of lending.test.ts measure, by a worker of the study's own.
import { setTimeout as delay } from 'node:timers/promises';

export async function shared({ params }) {
  await delay(200);
  return (Number(params.x) - 0.3) ** 2 + (params.kind === 'wave' ? 0.5 : 0);
}
