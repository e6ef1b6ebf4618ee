/** The named pipe through which a command hears the verdicts that it waits for. */
import type { ReportVerdict } from '../../study/scheduling.ts';
import { openNamedPipe } from './named-pipe.ts';

export interface VerdictPipe {
  /** Writes the verdict on this step once it is there: 'prune' at once where the trial is to end. */
  readonly wait: (step: number) => void;
  /** The trial is to end: what it waits for, and will, is 'prune'. */
  readonly end: () => void;
  readonly close: () => void;
}

/** Makes the pipe at this path. @returns undefined where this machine cannot */
export async function openVerdictPipe(
  path: string,
  verdictOn: (step: number) => Promise<ReportVerdict>,
): Promise<VerdictPipe | undefined> {
  const pipe = await openNamedPipe(path);
  if (!pipe) return undefined;
  let waiting = 0;
  let ended = false;
  const write = (verdict: ReportVerdict): void => pipe.write({ verdict });
  return {
    wait(step) {
      if (ended) return write('prune');
      waiting++;
      void verdictOn(step).then((verdict) => {
        if (ended) return;
        waiting--;
        write(verdict);
      });
    },
    end() {
      ended = true;
      for (; waiting > 0; waiting--) write('prune');
    },
    close() {
      ended = true;
      pipe.close();
    },
  };
}
