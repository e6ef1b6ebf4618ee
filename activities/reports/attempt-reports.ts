/** The reports of one attempt of a trial that cross to its study, and what the study says of them. */
import type { Client } from '@temporalio/client';
import type { TrialRequest } from '../../study/contract.ts';
import type { ReportVerdict, TrialReport } from '../../study/scheduling.ts';
import type { Measurement } from '../../study/trial/trial.ts';
import type { Progress } from '../runners/progress.ts';
import { ReportChannel, type Posted } from './channel.ts';

/** How long reports may keep an attempt's end waiting where the server is away, milliseconds: the result carries them, too. */
const FLUSH_MS = 3000;

export class AttemptReports {
  private readonly channel: ReportChannel;
  private readonly release: () => void;
  private readonly number: number;
  private readonly attempt: number;
  /** By step. */
  private readonly crossed = new Map<number, Posted>();
  private readonly underway = new Set<Posted>();
  private pruned = false;
  private closed = false;

  constructor(channel: ReportChannel, number: number, attempt: number) {
    this.channel = channel;
    this.release = channel.use();
    this.number = number;
    this.attempt = attempt;
  }

  /** Sends a report that crosses. */
  report([step, value]: Measurement): void {
    if (!this.closed) this.post({ number: this.number, attempt: this.attempt, step, value });
  }

  /** What the study says of the report at this step: 'go on' at once of one that did not cross. */
  async verdict(step: number): Promise<ReportVerdict> {
    const posted = this.crossed.get(step);
    if (posted && !this.pruned) {
      this.channel.ask(posted);
      // one that was on its way already is sent once more
      if ((await posted.arrival) === 'sent' && !this.closed) await this.post(posted.report, true).arrival;
    }
    return this.pruned ? 'prune' : 'go on';
  }

  /** Sees to it that the study hears of the last report before the trial's end, within some seconds; what comes after is dropped. */
  async close(): Promise<void> {
    this.closed = true;
    await this.channel.flush([...this.underway], FLUSH_MS);
    this.release();
  }

  private post(report: TrialReport, asked = false): Posted {
    const posted = this.channel.post(report, asked);
    this.crossed.set(report.step, posted);
    this.underway.add(posted);
    void posted.arrival.then((arrival) => {
      this.underway.delete(posted);
      if (arrival === 'prune') this.pruned = true;
    });
    return posted;
  }
}

/** By worker and study: what trials of one study in one worker report goes together. */
const channels = new WeakMap<Client, Map<string, ReportChannel>>();

/**
 * The reports of an attempt, or undefined where its study wants to hear of none. Those that crossed in attempts before are sent once
 * more, before any other: the study may not have heard of them, and what it knows it drops.
 *
 * @param client  asked for only where the study wants to hear
 */
export function openReports(
  client: () => Client,
  { study, firstRunId, number, crossings }: TrialRequest,
  { attempt, crossed = [] }: Pick<Progress, 'attempt' | 'crossed'>,
): AttemptReports | undefined {
  if (!crossings) return undefined;
  const ours = channels.get(client()) ?? new Map<string, ReportChannel>();
  channels.set(client(), ours);
  for (const [key, { isIdle }] of ours) if (isIdle) ours.delete(key);
  const key = `${study}\n${firstRunId}`;
  const channel = ours.get(key) ?? new ReportChannel(client(), { study, firstRunId });
  ours.set(key, channel);
  const reports = new AttemptReports(channel, number, attempt);
  for (const measurement of crossed) reports.report(measurement);
  return reports;
}
