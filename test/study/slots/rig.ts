/** Pools and studies that talk over a slow and disorderly wire, in memory: every step is drawn by the test. */
import { claimOf, demand, hearGrant, openAccounts, type Claimant } from '../../../study/slots/claimant.ts';
import {
  dropGone,
  emptyPool,
  recordClaim,
  recordLook,
  setCapacity,
  shareOut,
  toLookAfter,
  usedOf,
  type PoolState,
} from '../../../study/slots/pool.ts';
import type { SlotClaim, SlotGrant } from '../../../study/slots/protocol.ts';

export interface SimulatedStudy {
  readonly name: string;
  readonly parallel: number;
  claimant: Claimant;
  /** Numbers of its trials in flight. */
  running: number[];
  /** Trials left to start. */
  left: number;
  allowed: number;
  state: 'open' | 'ended' | 'terminated';
}

type Message = { readonly to: string } & ({ readonly claim: SlotClaim } | { readonly grant: SlotGrant });

const LINGER = 5;

/** Everything of it may be stopped and brought back from JSON at any step. */
export class World {
  readonly pools: Map<string, PoolState>;
  readonly studies: SimulatedStudy[] = [];
  wire: Message[] = [];
  now = 1;
  /** Most trials that any study has started. */
  readonly started = new Map<string, number>();

  constructor(pools: Readonly<Record<string, number>>) {
    this.pools = new Map(Object.entries(pools).map(([name, capacity]) => [name, { ...emptyPool(name), capacity }]));
  }

  open(name: string, slots: Readonly<Record<string, number>>, parallel: number, trials: number): void {
    const claimant = openAccounts(slots);
    this.studies.push({ name, parallel, claimant, running: [], left: trials, allowed: 0, state: 'open' });
    this.tell(this.studies.at(-1)!);
  }

  /** A study takes in what it heard and tells the pools what has changed. */
  tell(study: SimulatedStudy): void {
    if (study.state !== 'open') return;
    const { running, left, parallel } = study;
    const ended = left === 0 && running.length === 0;
    const wanted = Math.min(parallel, left + running.length);
    study.allowed = demand(study.claimant, { running: [...running], wanted, ended });
    for (const account of study.claimant.accounts) {
      const who = { study: study.name, firstRunId: study.name, lingerMs: LINGER };
      const claim = claimOf(account, who, ended, this.now);
      if (claim) this.wire.push({ to: account.pool, claim });
    }
    if (ended) study.state = 'ended';
  }

  start(study: SimulatedStudy): boolean {
    if (study.state !== 'open' || study.left === 0) return false;
    if (study.running.length >= Math.min(study.parallel, study.allowed)) return false;
    study.running.push(study.left--);
    this.started.set(study.name, (this.started.get(study.name) ?? 0) + 1);
    this.tell(study);
    return true;
  }

  end(study: SimulatedStudy): boolean {
    if (study.running.shift() === undefined) return false;
    this.tell(study);
    return true;
  }

  terminate(study: SimulatedStudy): void {
    if (study.state === 'open') study.state = 'terminated';
  }

  /** Delivers a message of the wire, whichever. */
  deliver(index: number): boolean {
    const [message] = this.wire.splice(index % Math.max(1, this.wire.length), 1);
    if (!message) return false;
    if ('claim' in message) recordClaim(this.pools.get(message.to)!, message.claim);
    else {
      const study = this.studies.find(({ name }) => name === message.to)!;
      hearGrant(study.claimant, message.grant);
      this.tell(study);
    }
    return true;
  }

  share(): void {
    for (const pool of this.pools.values())
      for (const { study, grant } of shareOut(pool, this.now)) this.wire.push({ to: study, grant });
  }

  resize(pool: string, capacity: number): void {
    setCapacity(this.pools.get(pool)!, { capacity });
  }

  /** The look-out of every pool. What is gone has run on for as long as it may once its slots are taken back. */
  look(): void {
    for (const pool of this.pools.values()) {
      const looked = toLookAfter(pool).map(({ firstRunId }) => firstRunId);
      const gone = looked.filter((name) => this.studies.find((study) => study.name === name)!.state !== 'open');
      recordLook(pool, looked, gone, this.now);
      for (const study of this.studies) if (study.state === 'terminated' && this.wasLooked(study)) study.running = [];
      dropGone(pool, this.now);
    }
  }

  private wasLooked(study: SimulatedStudy): boolean {
    const claims = [...this.pools.values()].flatMap(({ claims }) => claims);
    return claims.some(
      ({ firstRunId, goneAt }) => firstRunId === study.name && this.now >= (goneAt ?? Infinity) + LINGER,
    );
  }

  /** Continue-as-new of everything. */
  restart(): void {
    for (const [name, pool] of this.pools) this.pools.set(name, JSON.parse(JSON.stringify(pool)) as PoolState);
    for (const study of this.studies) study.claimant = JSON.parse(JSON.stringify(study.claimant)) as Claimant;
  }

  /** Slots in use, by pool. */
  inUse(pool: string): number {
    return this.studies.reduce((sum, { running, claimant }) => {
      const each = claimant.accounts.find((account) => account.pool === pool)?.each ?? 0;
      return sum + running.length * each;
    }, 0);
  }

  kept(pool: string): number {
    return usedOf(this.pools.get(pool)!);
  }

  /** Trials end, messages arrive, the clock runs, and everybody does what they can. */
  settle(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.now += LINGER;
      this.look();
      for (const study of this.studies) this.end(study);
      do {
        this.share();
      } while (this.deliver(0));
      for (const study of this.studies) while (this.start(study));
    }
  }
}
