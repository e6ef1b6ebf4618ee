/** Builds once what every end-to-end test needs: the workflow bundle. */
import { buildBundle } from '../workflow-bundle.ts';

export async function setup(): Promise<void> {
  await buildBundle(new URL('../dist/workflows/bundle.js', import.meta.url).pathname);
}
