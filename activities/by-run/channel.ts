/**
 * The way of asks for parameters from one worker to one study: one message at a time, with all that has no answer yet, however many
 * trials ask. The study answers at once, for now perhaps only that it is to be asked again: so a message is repeated, soon at first.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { MAX_ASKS, type ParameterAnswer, type ParameterAsk, type ParameterAsks } from '../../study/trial/by-run.ts';
import { UPDATES } from '../../study/contract.ts';
import { update, type Address } from '../reports/delivery.ts';

/** An answer that stays. */
export type Settled = Exclude<ParameterAnswer, { wait: true }>;

interface Entry {
  readonly ask: ParameterAsk;
  readonly settle: (answer: Settled) => void;
}

/** Before the study is asked again, milliseconds: twice as long each time. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1000;

export class ParameterChannel {
  private readonly client: Client;
  private readonly address: Address;
  private entries: Entry[] = [];
  private sending = false;
  private wake: () => void = () => {};

  constructor(client: Client, address: Address) {
    this.client = client;
    this.address = address;
  }

  get isIdle(): boolean {
    return !this.sending;
  }

  /** Asks until there is an answer that stays, or `signal` says that nobody waits for it any more; then it has ended. */
  ask(ask: ParameterAsk, signal: AbortSignal): Promise<Settled> {
    return new Promise((resolve) => {
      const entry: Entry = { ask, settle: resolve };
      signal.addEventListener('abort', () => this.end([entry], () => ({ ended: true })), { once: true });
      if (signal.aborted) return resolve({ ended: true });
      this.entries.push(entry);
      if (this.sending) this.wake();
      else void this.sendAll();
    });
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    let pause = FIRST_PAUSE;
    while (this.entries.length > 0) {
      // what is asked for in the same breath goes together
      await turn();
      const before = this.entries.slice(0, MAX_ASKS);
      if (before.length === 0) break;
      await this.send(before);
      if (this.entries.length === 0) break;
      const woken = await this.wokenOr(pause);
      pause = woken ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
    }
    this.sending = false;
  }

  private async send(entries: readonly Entry[]): Promise<void> {
    const { firstRunId } = this.address;
    const message: ParameterAsks = { firstRunId, asks: entries.map(({ ask }) => ask) };
    const said = await update<readonly ParameterAnswer[]>(
      this.client,
      this.address,
      UPDATES.suggest,
      randomUUID(),
      message,
    );
    if (said === 'later') return;
    if (said === 'gone') return this.end(entries, () => ({ ended: true }));
    if ('refused' in said) return this.end(entries, () => ({ refused: said.refused }));
    entries.forEach((entry, i) => {
      const answer = said.answer[i];
      if (answer && !('wait' in answer)) this.end([entry], () => answer);
    });
  }

  private end(entries: readonly Entry[], answer: (entry: Entry) => Settled): void {
    this.entries = this.entries.filter((entry) => !entries.includes(entry));
    for (const entry of entries) entry.settle(answer(entry));
  }

  /** @returns whether somebody woke it before */
  private wokenOr(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
