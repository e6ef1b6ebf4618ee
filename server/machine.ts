/**
 * Which machine a process id means something on. A home may lie on a disk that several machines share, where the
 * processes of the others cannot be seen; two servers on one database would ruin it.
 */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface Machine {
  readonly host: string;
  /** The kernel's id of this boot, the same in all containers of a machine; empty where there is none. */
  readonly boot: string;
}

/** `here`: its processes can be looked up. `rebooted`: they have all ended. `elsewhere`: nothing is known of them. */
export type Whereabouts = 'here' | 'rebooted' | 'elsewhere';

export async function thisMachine(): Promise<Machine> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return { host: hostname(), boot: boot.trim() };
}

/** Where `machine` is, seen from `here`. A host's name alone proves nothing: laptops and containers change theirs. */
export function whereabouts(machine: Machine, here: Machine): Whereabouts {
  if (machine.boot === here.boot) return 'here';
  return machine.host === here.host ? 'rebooted' : 'elsewhere';
}
