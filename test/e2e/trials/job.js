// A training for any place: node job.js [--endless] [TRIAL RESULT LOG] (endless: five minutes). Its trial is in DTUNE_TRIAL, in the file TRIAL or on stdin; it prints
// what it says, or leaves it in the files RESULT and LOG.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const args = process.argv.slice(2);
const isEndless = args[0] === '--endless' && args.shift() !== undefined;
const [file, result, log] = args;
const given = process.env.DTUNE_TRIAL ?? '';
const { params } = JSON.parse(
  file ? readFileSync(file, 'utf8') : given.startsWith('{') ? given : readFileSync(0, 'utf8'),
);
const say = (line) => (log ? appendFileSync(log, `${JSON.stringify(line)}\n`) : console.log(JSON.stringify(line)));

const loss = (params.x - 0.3) ** 2 + params.depth / 100;
for (let step = 1; step <= (isEndless ? 6000 : 4); step++) {
  await delay(50);
  if (!isEndless) say({ report: [step, loss + 1 / step] });
}
if (result) writeFileSync(result, JSON.stringify({ value: loss }));
else say({ value: loss });
