/** A user's own workflows, which know nothing of studies. */
import { proxyActivities } from '@temporalio/workflow';

const { greeting } = proxyActivities<{ greeting(name: string): Promise<string> }>({ startToCloseTimeout: '1 minute' });

export async function greet(name: string): Promise<string> {
  return greeting(name);
}
