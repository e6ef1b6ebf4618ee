/** How nights and their studies are called, and the seed that each gets: all of it follows from the schedule and the night's time. */
import { fnv1a } from '../ledger/blocks.ts';

/** Longest name of a schedule: those of its studies are longer by their time. */
export const MAX_SCHEDULE_NAME = 184;

/** The night of a workflow that the server started by schedule: the time it appended to the id. Else that of its start. */
export function nightOf(workflowId: string, startedAt: Date): string {
  const appended = /-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(workflowId);
  return appended?.[1] ?? `${startedAt.toISOString().slice(0, 19)}Z`;
}

/** 'digits-20261125T020000' */
export function studyOfNight(schedule: string, night: string): string {
  return `${schedule}-${night.replaceAll(/[-:Z]/g, '')}`;
}

/** 0 to 2^53 - 1. */
export function seedOfNight(seed: number, night: string): number {
  const bytes = Uint8Array.from(`${seed} ${night}`, (char) => char.charCodeAt(0));
  return (fnv1a(bytes, 0x9e3779b9) >>> 11) * 0x1_0000_0000 + fnv1a(bytes);
}
