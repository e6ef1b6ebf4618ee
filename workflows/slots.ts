/** A study's slots of pools that it shares with others: told to the pools whenever they change, one message at a time a pool. */
import {
  defineSignal,
  getExternalWorkflowHandle,
  setHandler,
  sleep,
  workflowInfo,
  type SignalDefinition,
} from '@temporalio/workflow';
import { SIGNALS } from '../study/contract.ts';
import type { Ledger } from '../study/ledger/ledger.ts';
import { demandOf } from '../study/ledger/slots.ts';
import {
  claimOf,
  demand,
  hearGrant,
  openAccounts,
  untold,
  waitsOf,
  type Claimant,
  type PoolAccount,
} from '../study/slots/claimant.ts';
import { slotPoolId, type SlotClaim, type SlotGrant } from '../study/slots/protocol.ts';
import type { Messages } from './handlers.ts';

export const slotsGranted: SignalDefinition<[SlotGrant]> = defineSignal(SIGNALS.slotsGranted);

/** A trial whose study is gone hears of it by a heartbeat and is given some seconds to end, milliseconds. */
const GRACE_MS = 10_000;

/** How long a pool that is not there is left alone, milliseconds: doubled each time, up to the second. */
const [FIRST_PAUSE, LAST_PAUSE] = [1000, 600_000];

export class Slots {
  private readonly ledger: Ledger;
  private readonly look: () => void;
  private readonly claimant: Claimant;
  private readonly talking = new Set<PoolAccount>();
  /** Of pools that could not be told: they are left alone for a while. */
  private readonly resting = new Set<PoolAccount>();
  private readonly pauses = new Map<PoolAccount, number>();

  constructor(ledger: Ledger, messages: Messages, look: () => void, carried: Claimant | undefined) {
    this.ledger = ledger;
    this.look = look;
    this.claimant = carried ?? openAccounts(ledger.definition.slots ?? {});
    setHandler(slotsGranted, (grant) => {
      messages.signals++;
      if (grant.firstRunId !== workflowInfo().firstExecutionRunId) return;
      hearGrant(this.claimant, grant);
      look();
    });
  }

  /** Says in the ledger how many trials may run, and to the pools what has changed. */
  update(): void {
    const { accounts } = this.claimant;
    if (accounts.length === 0) return;
    const wish = demandOf(this.ledger);
    const trials = demand(this.claimant, wish);
    this.ledger.allowance = { trials, waits: waitsOf(this.claimant) };
    for (const account of accounts) this.tell(account, wish.ended);
  }

  /** Whether a message is on its way, which continue-as-new and the end might lose. */
  isTalking(): boolean {
    return this.talking.size > 0;
  }

  carry(): { slots?: Claimant } {
    return this.claimant.accounts.length > 0 ? { slots: this.claimant } : {};
  }

  private tell(account: PoolAccount, ended: boolean): void {
    if (this.talking.has(account) || this.resting.has(account)) return;
    const { workflowId: study, firstExecutionRunId: firstRunId } = workflowInfo();
    const lingerMs = this.ledger.definition.trial.heartbeatMs + GRACE_MS;
    const claim = claimOf(account, { study, firstRunId, lingerMs }, ended, Date.now());
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
