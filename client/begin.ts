/** What a study that does not start from nothing is started with: few rows ride along, more go to the artifact store first. */
import { openStore } from '../artifacts/store.ts';
import { DEFAULT_ENGINE, type CarriedStudy } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { carriedWith } from '../study/ledger/begin.ts';
import { blockLength, encodeRows, rowBytes, shapeOf } from '../study/ledger/blocks.ts';
import type { Rewound } from '../study/ledger/rewind.ts';
import type { StudyDefinition } from '../study/study.ts';

export interface Begin {
  readonly carried: CarriedStudy;
  readonly rows: Uint8Array;
}

/** Of the 2 MiB that the server lets a study be started with. */
const MOST_INLINE = 1_500_000;

/** @param artifacts folder or s3://BUCKET/PREFIX of the artifact store */
export async function beginFrom(
  artifacts: string,
  definition: StudyDefinition,
  { state, rows, isNeeded = () => false }: Rewound,
): Promise<Begin> {
  const store = openStore(artifacts);
  const shape = shapeOf(definition);
  const weights = rows.map((row) => rowBytes(row, shape));
  let inline = weights.reduce((sum, bytes) => sum + bytes, 0);
  const blocks = [...state.blocks];
  let from = 0;
  // the oldest first, as a study does with its own
  while (inline > DEFAULT_ENGINE.inlineBytes) {
    const end = from + blockLength(rows.slice(from), shape, (row) => row.number < state.committed && !isNeeded(row));
    if (end === from) break;
    const bytes = encodeRows(rows.slice(from, end), shape);
    blocks.push({ sha256: await store.put(bytes), first: rows[from]!.number, rows: end - from, bytes: bytes.length });
    for (; from < end; from++) inline -= weights[from]!;
  }
  if (inline > MOST_INLINE)
    throw new StudyDefinitionError(
      `the study would begin with ${inline} bytes of trials behind one that has not ended, expected at most ${MOST_INLINE}; keep fewer`,
    );
  return carriedWith(definition, { ...state, blocks, firstRow: state.firstRow + from }, rows.slice(from));
}
