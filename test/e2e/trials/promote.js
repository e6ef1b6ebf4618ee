// A promotion that can be counted: a line when it begins, another when it is done.
import { appendFileSync } from 'node:fs';

const { DTUNE_IDEMPOTENCY_KEY: key, DTUNE_PROMOTION } = process.env;
const [folder, seconds] = process.argv.slice(2);
appendFileSync(`${folder}/promotions`, `begun ${key}\n`);
setTimeout(
  () => {
    appendFileSync(`${folder}/promotions`, `done ${key}\n`);
    process.stdout.write(`deployed ${JSON.parse(DTUNE_PROMOTION).study}\n`);
  },
  1000 * Number(seconds),
);
