/** A study's workflow as a client sees it, without any server: it writes down what it is told, and answers as the test says. */
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { SIGNALS, UPDATES } from '../../../study/contract.ts';
import type { ReportVerdict, TrialReport, TrialReports } from '../../../study/scheduling.ts';

export interface Message {
  readonly kind: 'signal' | 'update';
  readonly to: string;
  readonly reports: readonly TrialReport[];
  readonly firstRunId: string;
  readonly updateId?: string;
}

export class FakeStudy {
  /** What arrived, and what was tried. */
  readonly heard: Message[] = [];
  readonly tried: Message[] = [];
  /** Messages on their way at the same time, at most. */
  most = 0;
  isOpen = true;
  verdict: (report: TrialReport) => ReportVerdict = () => 'go on';
  /** Called before a message arrives, with the number of tries so far: what it throws is what the sender gets. */
  before: (message: Message, tries: number) => unknown = () => {};
  /** The same after it has arrived: its answer is lost. */
  after: (message: Message, tries: number) => unknown = () => {};
  private underway = 0;

  readonly client: Client = {
    withAbortSignal: (_: AbortSignal, call: () => Promise<unknown>) => call(),
    withDeadline: (_: number, call: () => Promise<unknown>) => call(),
    workflow: {
      getHandle: (to: string) => ({
        signal: async (name: string, message: TrialReports) => {
          if (name !== SIGNALS.reports) throw new Error(`there is no signal ${name}`);
          await this.take({ kind: 'signal', to, ...message });
        },
        executeUpdate: async (name: string, { updateId, args }: { updateId: string; args: [TrialReports] }) => {
          if (name !== UPDATES.judge) throw new Error(`there is no update ${name}`);
          await this.take({ kind: 'update', to, updateId, ...args[0] });
          return args[0].reports.map(this.verdict);
        },
        describe: async () => {
          if (!this.isOpen) throw gone();
          return { status: { name: 'RUNNING' }, raw: { workflowExecutionInfo: { firstRunId: 'run-1' } } };
        },
      }),
    },
  } as unknown as Client;

  get reports(): TrialReport[] {
    return this.heard.flatMap(({ reports }) => reports);
  }

  private async take(message: Message): Promise<void> {
    this.tried.push(message);
    this.most = Math.max(this.most, ++this.underway);
    try {
      await this.before(message, this.tried.length);
      if (!this.isOpen) throw gone();
      this.heard.push(message);
      await this.after(message, this.tried.length);
    } finally {
      this.underway--;
    }
  }
}

export const gone = (): Error =>
  new WorkflowNotFoundError('workflow execution already completed', 'dtune/digits', undefined);

/** An error of gRPC, as the SDK's connections throw it. */
export const grpcError = (code: number): Error =>
  Object.assign(new Error('of gRPC'), { code, details: 'of gRPC', metadata: {} });

/** An update that failed within the server, or by the study's own refusal. */
export const updateFailure = (type: string): Error =>
  new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.create({ message: type, type }));

/** What comes when a promise is resolved from outside. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: open! };
}
