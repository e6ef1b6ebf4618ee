/** What the pipeline's own interceptors have seen: activities on the worker, workflows by a sink. */
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { CallLogSinks } from './call-log-workflows.ts';

export interface CallLog {
  readonly activities: string[];
  readonly workflows: string[];
}

export function activityLog({ activities }: CallLog): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        activities.push(info.activityType);
        return next(input);
      },
    },
  });
}

export function workflowLog({ workflows }: CallLog): InjectedSinks<CallLogSinks> {
  return { calls: { started: { fn: ({ workflowType }) => void workflows.push(workflowType) } } };
}
