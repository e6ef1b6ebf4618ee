/**
 * The search attributes of studies: three, one of a type, since SQL stores allow three of most types. Only registered ones are set; an
 * unknown one would fail a workflow's every step.
 */

export interface SearchAttribute {
  /** As the SDK has it. */
  readonly type: 'KEYWORD' | 'DOUBLE' | 'INT';
  /** The same as the server's API has it: its IndexedValueType. */
  readonly code: number;
  /** The same as the `temporal` program has it. */
  readonly flag: string;
}

export type AttributeName = 'DtuneStatus' | 'DtuneBest' | 'DtuneTrials';

export const SEARCH_ATTRIBUTES: Readonly<Record<AttributeName, SearchAttribute>> = {
  /** 'running', 'paused', …: StudyState. */
  DtuneStatus: { type: 'KEYWORD', code: 2, flag: 'Keyword' },
  /** Best value so far of the first objective. */
  DtuneBest: { type: 'DOUBLE', code: 4, flag: 'Double' },
  /** Trials complete, pruned or infeasible. */
  DtuneTrials: { type: 'INT', code: 3, flag: 'Int' },
};

export const ATTRIBUTE_NAMES = Object.keys(SEARCH_ATTRIBUTES) as readonly AttributeName[];
