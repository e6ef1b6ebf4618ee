/** Where a study's evaluation stands while it is under way. */
import type { Evaluation } from '../../study/evaluation/contract.ts';

/** What is going on, or waited for; undefined once nothing is. */
export function phaseText({ phase, tests, promotion }: Evaluation, study: string): string | undefined {
  switch (phase) {
    case 'testing':
      return `the final test is under way, ${tests.ended} of ${tests.of} runs done`;
    case 'judging':
      return 'the final test is being judged';
    case 'promoting':
      return promotion?.state === 'waiting for approval'
        ? `waits for approval: dtune approve ${study}, or dtune reject ${study}`
        : 'the promotion is being carried out';
    case 'over':
      return undefined;
  }
}
