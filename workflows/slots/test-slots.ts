/** The slots of a night's tests: each takes what a trial of the study takes, and waits for it as long. */
import { CancellationScope, condition } from '@temporalio/workflow';
import type { Demand } from '../../study/slots/claimant.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { PoolTalk } from './pool-talk.ts';

export class TestSlots {
  private readonly talk: PoolTalk;
  private wish: Demand = { running: [], wanted: 0, ended: false };
  private allowed = 0;

  constructor(definition: StudyDefinition) {
    this.talk = new PoolTalk(definition, { heard: () => {}, look: () => this.ask(this.wish) });
  }

  /** Runs the test of this trial once there are slots for it. */
  async during<Result>(number: number, test: () => Promise<Result>): Promise<Result> {
    this.ask({ running: [], wanted: 1, ended: false });
    await condition(() => this.allowed > 0);
    this.ask({ running: [number], wanted: 1, ended: false });
    try {
      return await test();
    } finally {
      this.ask({ running: [], wanted: 0, ended: false });
    }
  }

  /** Gives everything back. */
  async end(): Promise<void> {
    this.ask({ running: [], wanted: 0, ended: true });
    await CancellationScope.nonCancellable(() => condition(() => !this.talk.isTalking()));
  }

  private ask(wish: Demand): void {
    this.wish = wish;
    // pools hear of it also when the night was cancelled
    void CancellationScope.nonCancellable(async () => {
      this.allowed = this.talk.update(wish);
    });
  }
}
