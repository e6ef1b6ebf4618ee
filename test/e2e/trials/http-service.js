/**
 * A service that trains, as a process of its own: node http-service.js FOLDER PORT. Jobs are files, so that they outlive it, and how far
 * one has come follows from when it began. FOLDER/starts has a line for each that was begun. It repeats the secret wherever it can.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [folder, port] = process.argv.slice(2);
const STEPS = 4;
const STEP_MS = 60;

const server = createServer(async (request, response) => {
  const answer = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  const secret = request.headers.authorization;
  if (secret !== `Bearer ${process.env.TRAIN_TOKEN}`) return answer(401, { no: secret });
  if (request.method === 'POST') return answer(...(await begin(request)));
  const file = join(folder, `${request.url.split('/').at(-1)}.json`);
  if (!existsSync(file)) return answer(404, { no: secret });
  const { trial, since } = JSON.parse(readFileSync(file, 'utf8'));
  if (request.method === 'DELETE') writeFileSync(join(folder, 'ended'), `${trial.number}\n`, { flag: 'a' });
  answer(200, { ...lookAt(trial, Math.floor((Date.now() - since) / STEP_MS)), debug: secret });
});

async function begin(request) {
  const key = request.headers['idempotency-key'];
  const id = createHash('sha256').update(key).digest('hex').slice(0, 16);
  let body = '';
  for await (const chunk of request) body += chunk;
  const trial = JSON.parse(body);
  const { number, attempt } = trial;
  try {
    writeFileSync(join(folder, `${id}.json`), JSON.stringify({ trial, since: Date.now() }), { flag: 'wx' });
    appendFileSync(join(folder, 'starts'), `${number}/${attempt} ${key}\n`);
    // begun, and nobody hears of it
    if (number === 2) process.kill(process.pid, 'SIGKILL');
    if (number === 5) await new Promise((resolve) => setTimeout(resolve, 3000));
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return [202, { id }, { location: `/jobs/${id}` }];
}

function lookAt({ number, attempt, params }, step) {
  const reports = Array.from({ length: Math.min(step, STEPS) }, (_, i) => [i + 1, (params.x - 0.3) ** 2 + 1 / (i + 1)]);
  if (step < STEPS) return { status: 'running', reports, checkpoint: `s3://bucket/${number}/${step}` };
  if (number === 3 && attempt === 1) return { status: 'failed', error: `no luck with ${process.env.TRAIN_TOKEN}` };
  return { status: 'succeeded', reports, result: { value: (params.x - 0.3) ** 2, attributes: { attempt } } };
}

server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
