/**
 * The environment with other tuners: Optuna always; the rest with DTUNE_BRIDGE=all, since installing and asking them takes its time. With
 * DTUNE_BRIDGE=torch it is Optuna with the PyTorch that its Gaussian processes need.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { torchVenv, venv } from './venv.ts';

export const ALL = process.env['DTUNE_BRIDGE'] === 'all';
export const TORCH = process.env['DTUNE_BRIDGE'] === 'torch';

/** @returns its interpreter */
export async function bridgeVenv(): Promise<string> {
  if (TORCH) return join(await torchVenv(), 'python');
  const files = (ALL ? ['optuna', 'bridge'] : ['optuna']).map((name) =>
    fileURLToPath(new URL(`${name}-requirements.txt`, import.meta.url)),
  );
  const packages = files.flatMap((file) => ['--requirement', file]);
  return join(await venv('bridge', packages, files.map((file) => readFileSync(file, 'utf8')).join('\n')), 'python');
}
