/** The audit of a study as a client finds it: its log and table, and the archive against what the server remembers of it. */
import { archiveDifference } from '../client/handed-over.ts';
import { recordedStudy } from '../client/record.ts';
import type { StudyHandle } from '../client/study-handle.ts';
import { audit, type Audit } from '../samplers/audit.ts';

export interface StudyAudit extends Audit {
  readonly trials: number;
  /** Whether the archive was compared with what the server's history says was put there. */
  readonly compared: boolean;
}

/** Audits a study as it is found. */
export async function auditOf(study: StudyHandle): Promise<StudyAudit> {
  const { definition, rows, log, status, isOpen } = await recordedStudy(study);
  const found = isOpen ? undefined : await study.found();
  const handedOver = found?.kind === 'closed' ? await study.handedOver() : undefined;
  const changed = found?.kind === 'closed' && handedOver && archiveDifference(handedOver, found.archive, rows);
  const audited = changed
    ? { recomputed: 0, skipped: {}, difference: changed }
    : audit({ definition, rows, log, ...(!isOpen && { status }) });
  return { trials: rows.length, compared: handedOver !== undefined, ...audited };
}
