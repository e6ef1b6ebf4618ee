/**
 * A pool of slots that studies share, for ever: hears what they claim and tells them what they are granted, whenever that changes.
 * While nobody waits it costs nothing.
 */
import type { QueryDefinition } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
  type SignalDefinition,
} from '@temporalio/workflow';
import { QUERIES, SIGNALS } from '../../study/contract.ts';
import {
  dropGone,
  poolOf,
  poolStatus,
  recordClaim,
  recordDeaf,
  recordLook,
  setCapacity,
  shareOut,
  toLookAfter,
  type AddressedGrant,
  type PoolState,
  type SlotPoolInput,
} from '../../study/slots/pool.ts';
import type { SetSlots, SlotClaim, SlotPoolStatus } from '../../study/slots/protocol.ts';
import { poolDetails } from '../../study/visibility.ts';
import { studyActivity } from '../ask.ts';

export const slotPool: QueryDefinition<SlotPoolStatus> = defineQuery(QUERIES.slotPool);
export const claimSlots: SignalDefinition<[SlotClaim]> = defineSignal(SIGNALS.claimSlots);
export const setSlots: SignalDefinition<[SetSlots]> = defineSignal(SIGNALS.setSlots);

const HEARTBEAT_MS = 10_000;
/** A look that found nobody gone doubles the time to the next one, so many times. */
const MAX_DOUBLINGS = 4;

/** The workflow of one pool; it never ends. */
export async function slotPoolWorkflow(input: SlotPoolInput): Promise<never> {
  return new Pool(input).serve();
}

class Pool {
  private readonly input: SlotPoolInput;
  private readonly state: PoolState;
  private hasChanged = true;
  /** Grants to be sent, by the study's first run: a later one takes an earlier one's place. */
  private readonly outbox = new Map<string, AddressedGrant>();
  /** Studies that are being told something. */
  private readonly talking = new Set<string>();
  private isLooking = false;
  private lookAt: number | undefined;
  private looksInVain = 0;
  private timer: { readonly at: number; readonly scope: CancellationScope } | undefined;

  constructor(input: SlotPoolInput) {
    this.input = input;
    this.state = poolOf(input);
    setHandler(claimSlots, (claim) => this.note(() => recordClaim(this.state, claim)));
    setHandler(setSlots, (size) => this.note(() => setCapacity(this.state, size)));
    setHandler(slotPool, () => poolStatus(this.state));
  }

  async serve(): Promise<never> {
    for (;;) {
      this.hasChanged = false;
      const now = Date.now();
      const nextDrop = dropGone(this.state, now);
      const ends = this.wantsNewRun();
      if (!ends) for (const each of shareOut(this.state, now)) this.outbox.set(each.grant.firstRunId, each);
      for (const each of this.outbox.values()) void this.send(each);
      if (ends && this.outbox.size + this.talking.size === 0 && !this.isLooking) await this.continueAsNew();
      if (!ends) this.lookAfter(now);
      this.wakeAt(this.lookAt, nextDrop);
      setCurrentDetails(poolDetails(poolStatus(this.state)));
      await condition(() => this.hasChanged);
    }
  }

  private note(change: () => void): void {
    change();
    this.hasChanged = true;
  }

  /** One grant at a time to each study. */
  private async send(each: AddressedGrant): Promise<void> {
    const { study, grant } = each;
    if (this.talking.has(grant.firstRunId)) return;
    this.outbox.delete(grant.firstRunId);
    this.talking.add(grant.firstRunId);
    try {
      await getExternalWorkflowHandle(study).signal(SIGNALS.slotsGranted, grant);
    } catch {
      recordDeaf(this.state, grant);
    }
    this.note(() => this.talking.delete(grant.firstRunId));
  }

  /** Asks now and then whether those who have what others wait for are still there. */
  private lookAfter(now: number): void {
    const { lookMs = 10_000 } = this.input;
    const studies = toLookAfter(this.state);
    if (studies.length === 0) {
      this.lookAt = undefined;
      this.looksInVain = 0;
      return;
    }
    if (this.isLooking) return;
    this.lookAt ??= now + lookMs * (1 << Math.min(this.looksInVain, MAX_DOUBLINGS));
    if (this.lookAt > now) return;
    this.lookAt = undefined;
    void this.look(studies.map(({ study, firstRunId }) => ({ study, firstRunId })));
  }

  private async look(studies: readonly { readonly study: string; readonly firstRunId: string }[]): Promise<void> {
    this.isLooking = true;
    const gone = await studyActivity('findGone', HEARTBEAT_MS)({ studies });
    const looked = studies.map(({ firstRunId }) => firstRunId);
    this.looksInVain = gone.length > 0 ? 0 : this.looksInVain + 1;
    this.isLooking = false;
    this.note(() => recordLook(this.state, looked, gone, Date.now()));
  }

  /** One timer, for the first of these moments. */
  private wakeAt(...moments: readonly (number | undefined)[]): void {
    const at = Math.min(...moments.map((moment) => moment ?? Infinity));
    if (this.timer?.at === at) return;
    this.timer?.scope.cancel();
    this.timer = undefined;
    if (at === Infinity) return;
    const scope = new CancellationScope();
    const timer = { at, scope };
    this.timer = timer;
    scope
      .run(() => sleep(Math.max(1, at - Date.now())))
      .then(
        () => this.note(() => (this.timer = this.timer === timer ? undefined : this.timer)),
        (error) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }

  private wantsNewRun(): boolean {
    const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged, historyLength } = workflowInfo();
    const isLong = continueAsNewSuggested || historyLength >= (this.input.quietEvents ?? Infinity);
    return isLong || targetWorkerDeploymentVersionChanged === true;
  }

  private async continueAsNew(): Promise<never> {
    const next = makeContinueAsNewFunc<typeof slotPoolWorkflow>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
    return next({ ...this.input, carried: this.state });
  }
}
