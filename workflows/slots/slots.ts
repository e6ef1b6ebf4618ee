/** A study's slots of pools that it shares with others. */
import type { Ledger } from '../../study/ledger/ledger.ts';
import { demandOf } from '../../study/ledger/slots.ts';
import { waitsOf, type Claimant } from '../../study/slots/claimant.ts';
import type { Messages } from '../handlers.ts';
import { PoolTalk } from './pool-talk.ts';

export class Slots {
  private readonly ledger: Ledger;
  private readonly talk: PoolTalk;

  constructor(ledger: Ledger, messages: Messages, look: () => void, carried: Claimant | undefined) {
    this.ledger = ledger;
    this.talk = new PoolTalk(ledger.definition, { heard: () => void messages.signals++, look }, carried);
  }

  /** Says in the ledger how many trials may run, and to the pools what has changed. */
  update(): void {
    const { claimant } = this.talk;
    if (claimant.accounts.length === 0) return;
    const trials = this.talk.update(demandOf(this.ledger));
    this.ledger.allowance = { trials, waits: waitsOf(claimant) };
  }

  /** Whether a message is on its way, which continue-as-new and the end might lose. */
  isTalking(): boolean {
    return this.talk.isTalking();
  }

  carry(): { slots?: Claimant } {
    const { claimant } = this.talk;
    return claimant.accounts.length > 0 ? { slots: claimant } : {};
  }
}
