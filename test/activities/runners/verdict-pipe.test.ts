import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../activities/runners/command.ts';
import type { TrialEvents } from '../../../activities/runners/runner.ts';
import type { ReportVerdict } from '../../../study/scheduling.ts';
import { factsOf, limitsOf, recordEvents, until, type Recorded } from './harness.ts';

type Judged = Recorded & { readonly verdict: NonNullable<TrialEvents['verdict']>; readonly asked: number[] };

function judged(verdict: (step: number) => Promise<ReportVerdict>): Judged {
  const asked: number[] = [];
  return { ...recordEvents(), asked, verdict: (step) => (asked.push(step), verdict(step)) };
}

function run(script: string, events: TrialEvents, signal = new AbortController().signal): Promise<unknown> {
  const spec = { kind: 'command', command: ['sh', '-c', script], cwd: '/', retries: 0, heartbeatMs: 10_000 } as const;
  return runCommand(spec, factsOf(), events, limitsOf({ signal }));
}

const WAITS = `step() { echo "{\\"report\\": [$1, 0.5], \\"wait\\": true}"; read -r verdict < "$DTUNE_VERDICTS"; }`;
const RESULT = `echo "{\\"value\\": 1, \\"attributes\\": {\\"heard\\": $verdict}}"`;

describe('a command of a study with a pruner', () => {
  it('reads a verdict for each report that it waits for', async () => {
    const events = judged(async (step) => (step === 2 ? 'prune' : 'go on'));
    const result = await run(
      `${WAITS}; step 1; first=$verdict; step 2; verdict="[$first, $verdict]"; ${RESULT}`,
      events,
    );
    expect(result).toMatchObject({ attributes: { heard: [{ verdict: 'go on' }, { verdict: 'prune' }] } });
    expect(events.reports).toEqual([
      [1, 0.5],
      [2, 0.5],
    ]);
    expect(events.asked).toEqual([1, 2]);
  });

  it('still finds the end of its stdin', async () => {
    const events = judged(async () => 'go on');
    expect(await run(`facts=$(cat); ${WAITS}; step 1; verdict=$facts; ${RESULT}`, events)).toMatchObject({
      attributes: { heard: factsOf() },
    });
  });

  it('asks for nothing where it does not wait', async () => {
    const events = judged(async () => 'go on');
    await run(`echo '{"report": [1, 0.5]}'; echo '{"wait": false, "report": [2, 0.5]}'; echo '{"value": 1}'`, events);
    expect(events.reports).toHaveLength(2);
    expect(events.asked).toEqual([]);
  });

  it('may leave thousands of verdicts unread', async () => {
    const events = judged(async () => 'go on');
    const script = `i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); echo "{\\"report\\": [$i, 0.5], \\"wait\\": true}"; done; echo '{"value": 1}'`;
    expect(await run(script, events)).toEqual({ value: 1 });
    expect(events.asked).toHaveLength(5000);
  });

  it('hears that it is to end, now and ever after, when it is told so', async () => {
    const events = judged(() => new Promise(() => {}));
    const abort = new AbortController();
    const script = `trap '' TERM; ${WAITS}; step 1; first=$verdict; step 2; verdict="[$first, $verdict]"; ${RESULT}`;
    const result = run(script, events, abort.signal);
    await until('it waits', () => events.asked.length === 1);
    abort.abort();
    expect(await result).toMatchObject({ attributes: { heard: [{ verdict: 'prune' }, { verdict: 'prune' }] } });
  });

  it('fails where it says in other words that it waits', async () => {
    const events = judged(async () => 'go on');
    await expect(run(`echo '{"report": [1, 0.5], "wait": "yes"}'; echo '{"value": 1}'`, events)).rejects.toThrow(
      'wait beside a report is "yes": expected true, to wait for its verdict, or false',
    );
  });
});

describe('a command of another study', () => {
  it('has no verdicts to wait for, and may say that it would', async () => {
    const events = recordEvents();
    const script = `echo '{"report": [1, 0.5], "wait": true}'; verdict="\\"\${DTUNE_VERDICTS-none}\\""; ${RESULT}`;
    expect(await run(script, events)).toMatchObject({ attributes: { heard: 'none' } });
    expect(events.reports).toEqual([[1, 0.5]]);
  });
});
