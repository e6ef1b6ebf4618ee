/**
 * The process that runs a promotion's command, and outlives whoever started it: claims the attempt, runs the command, writes how it
 * ended. Should it be killed itself, its reaper ends the command.
 */
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrialFailedError } from '../../study/errors.ts';
import type { PromotionFacts } from '../../study/evaluation/contract.ts';
import { killMarked } from '../runners/process/marked.ts';
import { keepTail } from '../runners/process/output.ts';
import { signalGroup } from '../runners/process/process-group.ts';
import { workerFolder } from '../runners/process/reaper.ts';
import { runProcess } from '../runners/process/trial-process.ts';
import type { SupervisedRun } from './command.ts';
import { isHere, thisProcess } from './holder.ts';
import { beat, claim, isToEnd, readClaim, readEnding, timesClaimed, writeEnding, type Ending } from './record.ts';

const BEAT_MS = 1000;
/** Kept of what the command prints: 2,000 characters, whatever they are. */
const OUTPUT_BYTES = 8192;
/** How often an ending that cannot be written is tried again, a second apart. */
const MAX_WRITES = 600;
/** Bytes of the facts in a variable. */
const MAX_VARIABLE = 100_000;

interface Orders extends SupervisedRun {
  readonly generation: number;
  readonly nodeOptions?: string;
}

// it ends when its command has, and not by what ends a terminal or a worker
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

await supervise(JSON.parse(await text(process.stdin)) as Orders);

async function supervise(orders: Orders): Promise<void> {
  const { record, generation } = orders;
  if (!(await claim(record, generation, thisProcess(workerFolder())))) return;
  const stop = new AbortController();
  let superseded = false;
  const look = async (): Promise<void> => {
    // somebody took it for lost: what it does now is nobody's
    superseded = !(await beat(record, generation)) || superseded;
    if (superseded || (await isToEnd(record))) stop.abort();
  };
  const pulse = setInterval(() => void look().catch(() => {}), BEAT_MS);
  await look();
  await endLeftovers(record, generation - 1);
  if (!(await readEnding(record))) {
    const ending = stop.signal.aborted ? cancelled('') : await runToEnd(orders, stop.signal);
    if (!superseded) await persist(record, ending);
  }
  clearInterval(pulse);
}

/** Ends what a lost supervisor left running on this machine, so that the command never runs twice at a time. */
async function endLeftovers(record: string, generation: number): Promise<void> {
  const holder = (await readClaim(record, generation))?.holder;
  if (!holder || !isHere(holder)) return;
  killMarked(holder.folder);
  // a process that was being started when it died carries the mark only now
  await sleep(200);
  for (let looks = 0; looks < 100 && killMarked(holder.folder) > 0; looks++) await sleep(20);
}

/** The facts as far as a variable holds them: no system takes one above 128 KiB, and a schedule of many intervals may be longer. */
function shortened({ schedule, ...facts }: PromotionFacts): string {
  const whole = JSON.stringify({ ...facts, ...(schedule && { schedule }) });
  return Buffer.byteLength(whole) <= MAX_VARIABLE ? whole : JSON.stringify(facts);
}

async function runToEnd(orders: Orders, signal: AbortSignal): Promise<Ending> {
  const { record, action, facts, timeoutMs, graceMs, nodeOptions } = orders;
  const input = JSON.stringify(facts);
  let output = (): string => '';
  const [program = '', ...args] = action.command;
  try {
    const { code, how } = await runProcess(
      {
        program,
        args,
        cwd: action.cwd,
        env: {
          DTUNE_PROMOTION: shortened(facts),
          DTUNE_IDEMPOTENCY_KEY: facts.idempotencyKey,
          DTUNE_ATTEMPT: String(await timesClaimed(record)),
          ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }),
        },
        ipc: false,
        begin(child) {
          output = keepTail([child.stdout!, child.stderr!], OUTPUT_BYTES);
          child.stdin!.end(input);
        },
        tell: (_, group) => signalGroup(group, 'SIGTERM'),
      },
      { signal, timeoutMs, graceMs },
    );
    if (signal.aborted) return cancelled(output());
    return code === 0
      ? { state: 'done', output: output() }
      : { state: 'failed', reason: `ended with ${how}`, output: output() };
  } catch (error) {
    if (signal.aborted) return cancelled(output());
    // a machine without room for it: whoever waits sees that it was lost, and tries again
    if (!(error instanceof TrialFailedError)) throw error;
    return { state: 'failed', reason: error.message, output: output() };
  }
}

function cancelled(output: string): Ending {
  return { state: 'cancelled', output };
}

/** A full disk is not to make a run of the command unknown. */
async function persist(record: string, ending: Ending): Promise<void> {
  for (let writes = 1; ; writes++) {
    try {
      return await writeEnding(record, ending);
    } catch (error) {
      if (writes === MAX_WRITES) throw error;
      await sleep(1000);
    }
  }
}
