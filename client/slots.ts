/** Pools of slots that studies share: made, resized, looked at. */
import { QueryRejectedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { QUERIES, SIGNALS, SLOT_POOL_WORKFLOW } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { show } from '../study/wording/json.ts';
import { openNames } from './history.ts';
import type { SlotPoolInput } from '../study/slots/pool.ts';
import {
  isPoolName,
  MAX_SLOTS,
  POOL_NAME,
  slotPoolId,
  type SetSlots,
  type SlotPoolStatus,
} from '../study/slots/protocol.ts';

export interface SetSlotsOptions {
  readonly who?: string;
  /** For a new pool: how often those who have slots are looked after while others wait, milliseconds; 10,000. */
  readonly lookMs?: number;
}

export class SlotPools {
  private readonly client: Client;
  private readonly taskQueue: string;

  /** @param taskQueue of the workers that run study workflows */
  constructor(client: Client, taskQueue: string) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  /**
   * Makes a pool of so many slots, or resizes it: what is granted beyond a smaller size comes back as trials end.
   * @param capacity 0 to 100,000; at 0 no trial of its studies starts any more
   */
  async set(pool: string, capacity: number, { who, lookMs }: SetSlotsOptions = {}): Promise<void> {
    if (!isPoolName(pool))
      throw new StudyDefinitionError(`pool is ${show(pool)}, expected a name (${POOL_NAME}); choose another`);
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > MAX_SLOTS)
      throw new StudyDefinitionError(
        `capacity of pool '${pool}' is ${show(capacity)}, expected a whole number from 0 to ${MAX_SLOTS}`,
      );
    const input: SlotPoolInput = { pool, ...(lookMs !== undefined && { lookMs }) };
    const size: SetSlots = { capacity, ...(who !== undefined && { who }) };
    await this.client.workflow.signalWithStart(SLOT_POOL_WORKFLOW, {
      workflowId: slotPoolId(pool),
      taskQueue: this.taskQueue,
      args: [input],
      signal: SIGNALS.setSlots,
      signalArgs: [size],
      // it outlives every version of the worker, and may be asked for slots when only the newest is there
      versioningOverride: 'AUTO_UPGRADE',
      staticSummary: `slots of pool ${pool}, shared by studies`,
    });
  }

  /** Who has slots of a pool, and who waits. @throws StudyDefinitionError if there is no such pool */
  async show(pool: string): Promise<SlotPoolStatus> {
    try {
      return await this.client.workflow.getHandle(slotPoolId(pool)).query<SlotPoolStatus>(QUERIES.slotPool);
    } catch (error) {
      // a pool that was terminated has closed
      if (!(error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError)) throw error;
      const names = await this.names();
      const known = names.length > 0 ? `pools here are ${names.join(', ')}` : 'there are no pools here yet';
      throw new StudyDefinitionError(
        `there is no pool of slots named '${pool}'; ${known} (dtune slots set ${pool} 1 makes it)`,
        { cause: error },
      );
    }
  }

  /** All pools of this server, by name. */
  async list(): Promise<SlotPoolStatus[]> {
    return Promise.all((await this.names()).map((pool) => this.show(pool)));
  }

  private names(): Promise<string[]> {
    return openNames(this.client, SLOT_POOL_WORKFLOW, slotPoolId(''));
  }
}
