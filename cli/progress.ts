/** One line of progress: best so far, rate, remaining time. Rewritten in place on a terminal, printed now and then elsewhere. */
import pc from 'picocolors';
import type { StudyStatus } from '../study/contract.ts';
import { phaseText } from './verdict/phase.ts';

export interface Progress {
  show(status: StudyStatus): void;
  /** Ends the line, so that what follows starts on its own. */
  end(): void;
}

const EVERY_MS = 10_000;

export function progressOn(stream: NodeJS.WriteStream): Progress {
  let shown = '';
  let lastBest: number | undefined;
  let lastAt = -Infinity;
  return {
    show(status) {
      const line = progressLine(status, Date.now());
      if (stream.isTTY) {
        if (line !== shown) stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
      } else if (status.best?.number !== lastBest || Date.now() - lastAt >= EVERY_MS) {
        if (line !== shown) stream.write(`${line}\n`);
        lastAt = Date.now();
      }
      lastBest = status.best?.number;
      shown = line;
    },
    end() {
      if (stream.isTTY && shown !== '') stream.write('\n');
    },
  };
}

/** @param now milliseconds since 1970 */
export function progressLine(status: StudyStatus, now: number): string {
  const { study, counts, best, running, trials, startedAt, status: state, evaluation } = status;
  const phase = evaluation && phaseText(evaluation, study);
  const done = counts.complete + counts.pruned + counts.infeasible;
  const seconds = Math.max(1e-3, (now - Date.parse(startedAt)) / 1000);
  const rate = done / seconds;
  const left = trials !== undefined && done > 0 ? (trials - done) / rate : undefined;
  return [
    pc.bold(study),
    trials === undefined ? `${done} trials` : `${done}/${trials}`,
    best ? `best ${Object.values(best.values).map(shortNumber).join(', ')} (trial ${best.number})` : 'no result yet',
    // what is tested and judged is not in the rate of trials
    done > 0 && !phase ? `${rateText(rate)}` : '',
    left !== undefined && left > 0 && !phase ? `~${durationText(left)} left` : '',
    counts.failed > 0 ? pc.yellow(`${counts.failed} failed`) : '',
    phase ?? (state === 'stopping' ? `stopping, ${running} running` : `${running} running`),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

/** Seconds as people read them: 45 s, 12 min, 3.5 h, 2.1 d. */
export function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}

export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function rateText(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond.toFixed(1)} trials/s`;
  return perSecond * 60 >= 1
    ? `${(perSecond * 60).toFixed(1)} trials/min`
    : `${(perSecond * 3600).toFixed(1)} trials/h`;
}
