/** The workflow side of the call log: a module of interceptors. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

export interface CallLogSinks extends Sinks {
  calls: { started(): void };
}

const { calls } = proxySinks<CallLogSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute(input, next) {
        calls.started();
        return next(input);
      },
    },
  ],
});
