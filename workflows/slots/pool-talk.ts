/** What a workflow that runs trials says to the pools it takes slots of: whatever changes, one message at a time a pool. */
import {
  defineSignal,
  getExternalWorkflowHandle,
  setHandler,
  sleep,
  workflowInfo,
  type SignalDefinition,
} from '@temporalio/workflow';
import { SIGNALS } from '../../study/contract.ts';
import {
  claimOf,
  demand,
  hearGrant,
  openAccounts,
  untold,
  type Claimant,
  type Demand,
  type PoolAccount,
} from '../../study/slots/claimant.ts';
import { slotPoolId, type SlotClaim, type SlotGrant } from '../../study/slots/protocol.ts';
import type { StudyDefinition } from '../../study/study.ts';

export const slotsGranted: SignalDefinition<[SlotGrant]> = defineSignal(SIGNALS.slotsGranted);

/** A trial whose study is gone hears of it by a heartbeat and is given some seconds to end, milliseconds. */
const GRACE_MS = 10_000;

/** How long a pool that is not there is left alone, milliseconds: doubled each time, up to the second. */
const [FIRST_PAUSE, LAST_PAUSE] = [1000, 600_000];

export interface PoolEvents {
  /** A pool's message has come. */
  readonly heard: () => void;
  /** It is time to update. */
  readonly look: () => void;
}

export class PoolTalk {
  readonly claimant: Claimant;
  private readonly lingerMs: number;
  private readonly look: () => void;
  private readonly talking = new Set<PoolAccount>();
  /** Of pools that could not be told: they are left alone for a while. */
  private readonly resting = new Set<PoolAccount>();
  private readonly pauses = new Map<PoolAccount, number>();

  constructor(
    { slots = {}, trial }: Pick<StudyDefinition, 'slots' | 'trial'>,
    { heard, look }: PoolEvents,
    carried?: Claimant,
  ) {
    this.claimant = carried ?? openAccounts(slots);
    this.lingerMs = trial.heartbeatMs + GRACE_MS;
    this.look = look;
    setHandler(slotsGranted, (grant) => {
      heard();
      if (grant.firstRunId !== workflowInfo().firstExecutionRunId) return;
      hearGrant(this.claimant, grant);
      look();
    });
  }

  /** Says to the pools what has changed. @returns trials that may run at once */
  update(wish: Demand): number {
    const trials = demand(this.claimant, wish);
    for (const account of this.claimant.accounts) this.tell(account, wish.ended);
    return trials;
  }

  /** Whether a message is on its way, which continue-as-new and the end might lose. */
  isTalking(): boolean {
    return this.talking.size > 0;
  }

  private tell(account: PoolAccount, ended: boolean): void {
    if (this.talking.has(account) || this.resting.has(account)) return;
    const { workflowId: study, firstExecutionRunId: firstRunId } = workflowInfo();
    const claim = claimOf(account, { study, firstRunId, lingerMs: this.lingerMs }, ended, Date.now());
    if (claim) void this.send(account, claim);
  }

  private async send(account: PoolAccount, claim: SlotClaim): Promise<void> {
    this.talking.add(account);
    try {
      await getExternalWorkflowHandle(slotPoolId(account.pool)).signal(SIGNALS.claimSlots, claim);
      this.pauses.delete(account);
    } catch {
      untold(account);
      this.resting.add(account);
      // a pool that hears no last word finds out by itself
      if (!claim.ended) void this.rest(account);
    }
    this.talking.delete(account);
    this.look();
  }

  private async rest(account: PoolAccount): Promise<void> {
    const pause = this.pauses.get(account) ?? FIRST_PAUSE;
    this.pauses.set(account, Math.min(LAST_PAUSE, 2 * pause));
    await sleep(pause);
    this.resting.delete(account);
    this.look();
  }
}
