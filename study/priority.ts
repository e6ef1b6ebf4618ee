/** How a study's trials stand beside those of others on one task queue, as Temporal has it. */
import type { StudyDefinition } from './study.ts';

export interface TaskPriority {
  readonly priorityKey?: number;
  readonly fairnessKey?: string;
  readonly fairnessWeight?: number;
}

/** Undefined where the study says nothing of it. */
export function priorityOf({ priority, fairness }: StudyDefinition): TaskPriority | undefined {
  if (priority === undefined && fairness === undefined) return undefined;
  return {
    ...(priority !== undefined && { priorityKey: priority }),
    ...(fairness && { fairnessKey: fairness.key }),
    ...(fairness?.weight !== undefined && { fairnessWeight: fairness.weight }),
  };
}
