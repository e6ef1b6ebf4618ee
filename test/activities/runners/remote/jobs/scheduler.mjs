/**
 * A scheduler of jobs as a program: node scheduler.mjs FOLDER VERB …. Jobs are files ID.json and processes of their own; FOLDER/starts has a
 * line for each that was started. While FOLDER/down is there it is away; with FOLDER/slow it answers a submission after 30 seconds.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, verb, ...args] = process.argv.slice(2);
const file = (id) => join(folder, `${id}.json`);
const read = (id) => JSON.parse(readFileSync(file(id), 'utf8'));
const write = (id, change) =>
  writeFileSync(file(id), JSON.stringify({ ...(existsSync(file(id)) && read(id)), ...change }));

if (existsSync(join(folder, 'down'))) {
  process.stderr.write('error: Unable to contact slurm controller (connect failure)\n');
  process.exit(1);
}
const verbs = {
  submit([name, input, log, errors, script, ...command]) {
    const id = 1 + readdirSync(folder).filter((each) => /^\d+\.json$/.test(each)).length;
    write(id, { name, state: 'PENDING', input, log, errors, script, command });
    const self = [fileURLToPath(import.meta.url), folder, 'run', String(id)];
    spawn(process.execPath, self, {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, DTUNE_WORKER: '' },
    }).unref();
    const answer = () => process.stdout.write(`Submitted batch job ${id}\n`);
    if (existsSync(join(folder, 'slow'))) setTimeout(answer, 30_000);
    else answer();
  },
  run([id]) {
    const { name, input, log, errors, script, command } = read(id);
    const stdio = [openSync(input, 'r'), openSync(log, 'a'), openSync(errors, 'a')];
    const child = spawn('sh', [script, ...command], { stdio, detached: true });
    write(id, { state: 'RUNNING', group: child.pid });
    appendFileSync(join(folder, 'starts'), `${name}\n`);
    child.on('exit', (code) => {
      if (read(id).state === 'RUNNING') write(id, { state: code === 0 ? 'COMPLETED' : 'FAILED' });
    });
  },
  status([id]) {
    if (!existsSync(file(id))) {
      process.stderr.write('error: Invalid job id specified\n');
      process.exit(1);
    }
    process.stdout.write(`${read(id).state}\n`);
  },
  cancel([id]) {
    const { group } = read(id);
    write(id, { state: 'CANCELLED' });
    if (group) process.kill(-group, 'SIGTERM');
  },
  find([name]) {
    for (const each of readdirSync(folder))
      if (/^\d+\.json$/.test(each) && read(each.slice(0, -5)).name === name)
        process.stdout.write(`${each.slice(0, -5)}\n`);
  },
};
verbs[verb](args);
