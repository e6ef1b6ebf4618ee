/** What an attempt has shown of itself so far: the worker's memory of it, bounded whatever the trial does. */
import { MAX_REPORTS, type FailedAttempt, type TrialHeartbeat } from '../../study/contract.ts';
import { CrossingSteps } from '../../study/trial/crossings.ts';
import { mergeReports, thinReports, type LiveProgress } from '../../study/trial/result.ts';
import type { RemoteRun } from '../../study/trial/remote.ts';
import type { Crossings } from '../../study/scheduling.ts';
import type { Measurement } from '../../study/trial/trial.ts';

/** Reports held at once; a trial with more keeps an even half of them. */
const MAX_HELD = 20_000;

/** Reports on a heartbeat: those that have not crossed yet are the newest, of the last seconds. */
const MAX_BEATEN = 50;

export class Progress implements LiveProgress {
  readonly attempt: number;
  /** The newest there is; from the start the one this attempt goes on from. */
  checkpoint: string | undefined;
  /** The one that it goes on from in fact, where the newest was lost. */
  restored: string | undefined;
  /** Reports that cross to a study that judges them: few, whatever the trial does; undefined where it judges none. */
  readonly crossed: Measurement[] | undefined;
  /** The run elsewhere, of a trial that is one. */
  remote: RemoteRun | undefined;
  private readonly crossings: CrossingSteps | undefined;
  private held = new Map<number, Measurement>();
  private steps = 0;
  /** The step that was reported last. */
  lastStep: number | undefined;

  /** @param before  reports that crossed in attempts before, where the study may not have heard of them */
  constructor(
    attempt: number,
    checkpoint: string | undefined,
    crossings?: Crossings,
    before: readonly Measurement[] = [],
  ) {
    this.attempt = attempt;
    this.checkpoint = checkpoint;
    this.crossings = crossings && new CrossingSteps(crossings, before.at(-1)?.[0]);
    this.crossed = crossings && [...before];
  }

  /** The first value of a step stands. @returns whether it crosses to the study */
  report(measurement: Measurement): boolean {
    const [step] = measurement;
    this.lastStep = step;
    if (this.held.has(step)) return false;
    this.held.set(step, measurement);
    this.steps++;
    if (this.held.size > MAX_HELD)
      this.held = new Map(
        thinReports(mergeReports([...this.held.values()]), MAX_HELD / 2).map((kept) => [kept[0], kept]),
      );
    if (!this.crossings?.crosses(step)) return false;
    this.crossed!.push(measurement);
    return true;
  }

  get reports(): readonly Measurement[] {
    return [...this.held.values()];
  }

  heartbeat(): TrialHeartbeat {
    const { attempt, crossed, steps, remote } = this;
    // with the checkpoint: an attempt that goes on from it does not make these reports again
    const newest = crossed?.length && { crossed: crossed.slice(-MAX_BEATEN) };
    return { attempt, ...this.where(), steps, ...newest, ...(remote && { remote }) };
  }

  /** What is left of it where there is no result. */
  failed(reason: string): FailedAttempt {
    return {
      reason,
      attempt: this.attempt,
      ...this.where(),
      reports: thinReports(mergeReports(this.reports), MAX_REPORTS),
      ...(this.crossed && { crossed: this.crossed }),
    };
  }

  private where(): { readonly checkpoint?: string } {
    return this.checkpoint === undefined ? {} : { checkpoint: this.checkpoint };
  }
}
