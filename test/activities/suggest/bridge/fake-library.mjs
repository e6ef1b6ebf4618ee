#!/usr/bin/env node
// A library as a worker talks to it: what it suggests follows from all that it was told. By its arguments it also misbehaves.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

let spec;
const heard = [];

function point(seed) {
  return spec.dimensions.map(({ low, high, size }, i) => {
    const u = createHash('sha256').update(`${seed} ${i} ${heard.join()}`).digest().readUInt32BE() / 2 ** 32;
    return size === undefined ? low + u * (high - low) : low + Math.floor(u * size);
  });
}

function opened({ open }) {
  spec = open;
  const { refuses, missing, starts, noise } = open.arguments;
  if (starts) appendFileSync(starts, `${process.pid}\n`);
  if (noise) process.stderr.write('warning: '.repeat(50_000));
  if (refuses) return { error: 'it is not for this study', kind: 'refused' };
  if (missing) return { error: 'fake needs fakelib', kind: 'missing' };
  return { ready: 'fake 1.0' };
}

function asked({ ask: number, fixed, seed }) {
  const { dies, hangs, fails, shouts, starts } = spec.arguments;
  if (dies === number && !existsSync(`${starts}.died`)) {
    writeFileSync(`${starts}.died`, '');
    process.kill(process.pid, 'SIGKILL');
  }
  if (hangs === number) return new Promise(() => {});
  if (fails === number) return { error: 'ValueError: singular', kind: 'failed' };
  if (shouts === number) return 'not JSON';
  const x = point(spec.exact === 'reseed' ? seed : spec.seed);
  if (spec.exact === 'replay') heard.push(JSON.stringify([number, fixed]));
  return { x };
}

function answer(message) {
  if (message.open) return opened(message);
  if ('ask' in message) return asked(message);
  if ('recall' in message) {
    if (spec.arguments.drifts === message.recall)
      return { error: `trial ${message.recall} is another`, kind: 'diverged' };
    heard.push(JSON.stringify([message.recall, message.fixed]));
  } else if (!('is' in message)) heard.push(JSON.stringify(message));
  return {};
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await Promise.resolve(answer(JSON.parse(line)));
  process.stdout.write(typeof said === 'string' ? `${said}\n` : `${JSON.stringify(said)}\n`);
}
