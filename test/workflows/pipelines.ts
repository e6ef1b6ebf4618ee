/** Workflows of a user's, each a whole training as one trial. */
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { WireTrial } from '../../study/trial/wire.ts';

export const proceed = defineSignal('proceed');

/** Waits until it is told to proceed; its value is x. */
export async function pipeline({ params, attempt, checkpoint }: WireTrial): Promise<unknown> {
  let told = false;
  setHandler(proceed, () => void (told = true));
  try {
    await condition(() => told);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // what was trained so far is kept
    return CancellationScope.nonCancellable(async () => ({ value: 0.5, checkpoint: 'half' }));
  }
  return { value: Number(params['x']), attributes: { attempt, checkpoint } };
}

/** Fails in its first attempt, and leaves a checkpoint. */
export async function diverging({ attempt, checkpoint }: WireTrial): Promise<unknown> {
  if (attempt === 1)
    throw ApplicationFailure.nonRetryable('the loss is not finite', 'Diverged', {
      checkpoint: 'epoch 3',
      reports: [[1, 2]],
    });
  return { value: attempt, attributes: { checkpoint } };
}

/** Trains, and leaves it to another step to say what that is worth. */
export async function training({ stage, params }: WireTrial): Promise<unknown> {
  return { checkpoint: `${stage}ed with ${Number(params['y'])}`, cost: 2 };
}

export async function endless(): Promise<void> {
  await sleep('10 days');
}
