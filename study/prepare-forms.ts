/** What crosses a wire when a study begins, or an edit of it is checked. As in contract.ts, names never change and types may grow optional fields. */
import type { StudyDefinition } from './study.ts';

export interface PrepareRequest {
  readonly definition: StudyDefinition;
  /** The study begins, with trials of elsewhere or without: absent where an edit of it is checked. */
  readonly begins?: 'empty' | 'with trials';
}

/** What a study's first activity finds out about where it runs. */
export interface Prepared {
  /** The search attributes of ours that are registered, with the type they should have. */
  readonly searchAttributes: readonly string[];
  /** What somebody might want to know, in sentences. */
  readonly warnings: readonly string[];
}
