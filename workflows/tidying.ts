/** Takes away what a population's trials have left and nobody needs: beside the study, which waits for it only at its end. */
import type { Ledger } from '../study/ledger/ledger.ts';
import { takeTidying } from '../study/ledger/ended-checkpoints.ts';
import { studyActivity } from './ask.ts';

export class Tidying {
  private readonly ledger: Ledger;
  private readonly heartbeatMs: number;
  private readonly events: { readonly done: () => void; readonly broken: (error: unknown) => void };
  private running = false;

  constructor(ledger: Ledger, heartbeatMs: number, events: Tidying['events']) {
    this.ledger = ledger;
    this.heartbeatMs = heartbeatMs;
    this.events = events;
  }

  isRunning(): boolean {
    return this.running;
  }

  /** One at a time: what comes meanwhile goes with the next. */
  update(): void {
    const tidying = this.running ? undefined : takeTidying(this.ledger);
    if (!tidying) return;
    this.running = true;
    studyActivity(
      'tidyCheckpoints',
      this.heartbeatMs,
    )(tidying).then(() => {
      this.running = false;
      this.events.done();
    }, this.events.broken);
  }
}
