/** The activity that asks the server what became of long trials that have not been heard of. */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { ChildState, LookAfterRequest } from '../study/trial/trial-forms.ts';
import type { Outcome } from '../study/ledger/ledger.ts';

/** Longest answer, bytes of JSON: more than 2 MiB the server refuses. */
const MAX_BYTES = 1024 * 1024;

/** States of a workflow that may still end by itself. */
const STILL_THERE = ['RUNNING', 'PAUSED'];

/** @returns the state of the first of them, in their order: as many as fit into one answer */
export async function lookAfter({ children }: LookAfterRequest): Promise<readonly ChildState[]> {
  const states: ChildState[] = [];
  let bytes = 0;
  for (const id of children) {
    const state = await stateOf(id);
    bytes += Buffer.byteLength(JSON.stringify(state));
    if (bytes > MAX_BYTES) break;
    states.push(state);
  }
  return states;
}

async function stateOf(id: string): Promise<ChildState> {
  const handle = Context.current().client.workflow.getHandle(id);
  try {
    const { name } = (await handle.describe()).status;
    if (name === 'COMPLETED') return { id, state: 'ended', outcome: (await handle.result()) as Outcome };
    return { id, state: STILL_THERE.includes(name) ? 'running' : 'gone' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { id, state: 'gone' };
    throw error;
  }
}
