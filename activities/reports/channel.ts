/**
 * The way of reports from one worker to one study: one message at a time, in the order in which the reports were made, however many
 * trials make them. What comes while a message is on its way goes with the next. A message is an update where somebody waits for a
 * verdict of it, and else a signal; it goes to whichever run of the study is current.
 *
 * The study takes a report that it knows already for what it was: so a message is repeated until it has arrived.
 */
import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { TrialReport } from '../../study/scheduling.ts';
import { deliver, type Address, type Arrival } from './delivery.ts';

/** Reports in one message at most. */
const MAX_REPORTS = 1000;

/** How patient a channel is, milliseconds. */
export interface ChannelTimes {
  /** Between messages, where somebody waits; 100. */
  readonly gap: number;
  /** Between messages, where nobody does; 1,000: each costs the study's history some events. */
  readonly idleGap: number;
  /** Before a message is repeated for the first time; 100. Twice as long each time after, up to 5,000. */
  readonly backoff: number;
}

const TIMES: ChannelTimes = { gap: 100, idleGap: 1000, backoff: 100 };
const MAX_BACKOFF = 5000;

/** A report on its way. */
export interface Posted {
  readonly report: TrialReport;
  readonly arrival: Promise<Arrival>;
}

interface Entry extends Posted {
  readonly settle: (arrival: Arrival) => void;
  /** Somebody waits for its verdict. */
  asked: boolean;
  /** Somebody waits until it is sent. */
  hurried: boolean;
  /** Nobody wants it sent any more. */
  dropped: boolean;
}

// messages are nobody's: not of the activity that happened to make the first report of one
const outside = new AsyncResource('durable-tune.reports');

export class ReportChannel {
  private readonly client: Client;
  private readonly address: Address;
  private readonly times: ChannelTimes;
  private queue: Entry[] = [];
  private users = 0;
  private sending = false;
  private sentAt = -Infinity;
  private wake: () => void = () => {};

  constructor(client: Client, address: Address, times: Partial<ChannelTimes> = {}) {
    this.client = client;
    this.address = address;
    this.times = { ...TIMES, ...times };
  }

  /** Has one more user, until the returned function is called. */
  use(): () => void {
    this.users++;
    let leave = (): void => void this.users--;
    return () => {
      leave();
      leave = () => {};
    };
  }

  /** Whether it is nobody's, has nothing to send and might send at once: another one would do as well. */
  get isIdle(): boolean {
    return this.users === 0 && !this.sending && performance.now() - this.sentAt > this.times.idleGap;
  }

  /** Takes a report on its way. @param asked  whether its verdict is waited for */
  post(report: TrialReport, asked = false): Posted {
    let settle: Entry['settle'];
    const arrival = new Promise<Arrival>((resolve) => (settle = resolve));
    const entry: Entry = { report, arrival, settle: settle!, asked, hurried: false, dropped: false };
    this.queue.push(entry);
    if (this.sending) this.wake();
    else void outside.runInAsyncScope(() => this.sendAll());
    return entry;
  }

  /** Has the verdict of this report asked for, if it has not been sent yet. */
  ask(posted: Posted): void {
    (posted as Entry).asked = true;
    this.wake();
  }

  /** Waits until all of these have arrived, or for `withinMs`: what has not been sent then is given up. */
  async flush(posted: readonly Posted[], withinMs: number): Promise<void> {
    if (posted.length === 0) return;
    for (const entry of posted as readonly Entry[]) entry.hurried = true;
    this.wake();
    const over = new AbortController();
    const late = sleep(withinMs, undefined, { signal: over.signal }).catch(() => {});
    await Promise.race([late, Promise.all(posted.map(({ arrival }) => arrival))]);
    over.abort();
    for (const entry of posted as readonly Entry[]) {
      entry.dropped = true;
      entry.settle('lost');
    }
    this.queue = this.queue.filter(({ dropped }) => !dropped);
    this.wake();
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    // what is reported, or asked for, in the same breath goes together
    await turn();
    while (this.queue.length > 0) {
      const left = this.sentAt + this.gap() - performance.now();
      if (left > 0) await this.wokenOr(left);
      else {
        await this.send(this.queue.splice(0, MAX_REPORTS));
        this.sentAt = performance.now();
      }
    }
    this.sending = false;
  }

  private gap(): number {
    const { gap, idleGap } = this.times;
    return this.queue.length >= MAX_REPORTS || this.queue.some(({ asked, hurried }) => asked || hurried)
      ? gap
      : idleGap;
  }

  private wokenOr(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Sends these until they have arrived, or nobody wants it any more. */
  private async send(batch: readonly Entry[]): Promise<void> {
    let entries = batch;
    let updateId = randomUUID();
    for (let pause = this.times.backoff; entries.length > 0; pause = Math.min(2 * pause, MAX_BACKOFF)) {
      const reports = entries.map(({ report }) => report);
      const asked = entries.some((entry) => entry.asked);
      const arrivals = await deliver(this.client, this.address, reports, asked ? updateId : undefined);
      if (arrivals) return entries.forEach(({ settle }, i) => settle(arrivals[i]!));
      await sleep(pause, undefined, { ref: false });
      const wanted = entries.filter(({ dropped }) => !dropped);
      // the server takes an update of one id once: the same reports may still be answered, others are another update
      if (wanted.length < entries.length) updateId = randomUUID();
      entries = wanted;
    }
  }
}
