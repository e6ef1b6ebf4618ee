/** What Temporal shows of a study while it runs: current details, which cost nothing, and search attributes, a few events of history. */
import { log, setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import type { StudyStatus } from '../study/contract.ts';
import type { Prepared } from '../study/prepare-forms.ts';
import { counted, type Ledger } from '../study/ledger/ledger.ts';
import { ATTRIBUTE_NAMES, SEARCH_ATTRIBUTES, type AttributeName } from '../study/search-attributes.ts';
import { attributesOf, detailsOf, isWorthAnEvent, type Attributes } from '../study/visibility.ts';

type Pairs = Extract<Parameters<typeof upsertSearchAttributes>[0], unknown[]>;

export class Visibility {
  private readonly ledger: Ledger;
  /** What is registered on this server; absent before it is known, and where an earlier version never asked. */
  private found: Prepared | undefined;
  /** As of this run: what an earlier one has set is set once more. */
  private shown: Attributes = {};
  private events = 0;
  private readonly trialsBefore: number;

  constructor(ledger: Ledger, carried: Prepared | undefined) {
    this.ledger = ledger;
    this.found = carried;
    this.trialsBefore = counted(ledger.state);
  }

  /** The answer of the study's first activity. */
  prepared(answer: Prepared | void): void {
    this.found = answer ?? undefined;
    for (const warning of answer?.warnings ?? []) log.warn(warning);
  }

  /** Shows the study as it is now. */
  show(status: StudyStatus): void {
    const { state } = this.ledger;
    setCurrentDetails(detailsOf(status, state.edits));
    if (!this.found) return;
    const now = attributesOf(status);
    if (!isWorthAnEvent(this.shown, now, counted(state) - this.trialsBefore, this.events)) return;
    this.shown = now;
    this.events++;
    this.upsert(now, this.found.searchAttributes);
  }

  carry(): { prepared?: Prepared } {
    return this.found ? { prepared: this.found } : {};
  }

  /** What is not registered goes to the memo: an unknown attribute would fail every step of the workflow. */
  private upsert(attributes: Attributes, registered: readonly string[]): void {
    const names = ATTRIBUTE_NAMES.filter((name) => attributes[name] !== undefined);
    const pairs = names.filter((name) => registered.includes(name)).map((name) => pairOf(name, attributes[name]!));
    const rest = names.filter((name) => !registered.includes(name)).map((name) => [name, attributes[name]] as const);
    if (pairs.length > 0) upsertSearchAttributes(pairs);
    if (rest.length > 0) upsertMemo(Object.fromEntries(rest));
  }
}

function pairOf(name: AttributeName, value: string | number): Pairs[number] {
  return { key: { name, type: SEARCH_ATTRIBUTES[name].type }, value } as Pairs[number];
}
