/** A study's timers, one of a kind. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

export interface TimerEvents<Kind> {
  readonly due: (kind: Kind) => void;
  readonly broken: (error: unknown) => void;
}

export class Timers<Kind extends string> {
  private readonly events: TimerEvents<Kind>;
  private readonly running = new Map<Kind, { readonly at: number; readonly scope: CancellationScope }>();

  constructor(events: TimerEvents<Kind>) {
    this.events = events;
  }

  /** Has it go off at a moment, milliseconds since 1970, in place of any other; undefined: not at all. */
  set(kind: Kind, at: number | undefined): void {
    const timer = this.running.get(kind);
    if (timer?.at === at) return;
    timer?.scope.cancel();
    this.running.delete(kind);
    if (at === undefined) return;
    const scope = new CancellationScope();
    this.running.set(kind, { at, scope });
    scope
      .run(() => sleep(Math.max(1, at - Date.now())))
      .then(
        () => this.events.due(kind),
        (error) => void (isCancellation(error) || this.events.broken(error)),
      );
  }
}
