/**
 * Where the checkpoint of a trial is kept: checkpoints/STUDY/RUN/TRIAL/ATTEMPT/SEQUENCE-RANDOM, below the place of a store. Its URI is
 * that place and this name: it says by itself which store to open, so that another study can go on from it.
 */
import { randomBytes } from 'node:crypto';

/** The folder of all checkpoints. */
export const CHECKPOINTS = 'checkpoints';

/** One attempt of a trial. */
export interface AttemptName {
  /** The study's name: for people. */
  readonly study: string;
  /** Its first run: what names it for ever. */
  readonly run: string;
  /** The trial's number; more than that of a run in a final test. */
  readonly trial: string;
  /** From 1. */
  readonly attempt: number;
}

export interface CheckpointName extends AttemptName {
  /** From 1, later ones are higher. */
  readonly sequence: number;
  /** Tells two apart that a repeated attempt has kept. */
  readonly random: string;
}

/** What a URI of a checkpoint in a store says. */
export interface CheckpointPlace {
  /** As openStore takes it. */
  readonly store: string;
  /** Of its folder in the store. */
  readonly name: string;
  readonly of: CheckpointName;
}

const SEQUENCE_DIGITS = 6;
const FORM = /^checkpoints\/([\w.-]+)\/([\w.-]+)\/([\w.-]+)\/(\d+)\/(\d{6,})-([0-9a-f]{16})$/;

/** A new name, other than that of any other checkpoint. */
export function nextName(of: AttemptName, sequence: number): string {
  const folders = [of.study, of.run, of.trial].map(segment).join('/');
  const digits = String(sequence).padStart(SEQUENCE_DIGITS, '0');
  return `${CHECKPOINTS}/${folders}/${of.attempt}/${digits}-${randomBytes(8).toString('hex')}`;
}

/** The parts of a checkpoint's name, or undefined where it is none. */
export function partsOf(name: string): CheckpointName | undefined {
  const [, study, run, trial, attempt, sequence, random] = FORM.exec(name) ?? [];
  if (random === undefined) return undefined;
  return { study: study!, run: run!, trial: trial!, attempt: Number(attempt), sequence: Number(sequence), random };
}

/** The name of the checkpoint that an object is part of, or undefined where it is part of none. */
export function checkpointOf(object: string): string | undefined {
  const name = object.split('/').slice(0, 6).join('/');
  return partsOf(name) && name;
}

/** The folder of a trial's checkpoints, of all its attempts. */
export function trialFolder({ study, run, trial }: AttemptName): string {
  return [CHECKPOINTS, ...[study, run, trial].map(segment)].join('/');
}

/** What a string says that a trial was given to go on from; undefined where it is the trial's own affair. */
export function readCheckpointUri(uri: string): CheckpointPlace | undefined {
  const at = uri.lastIndexOf(`/${CHECKPOINTS}/`);
  if (at < 0 || !/^(?:file|s3):\/\//.test(uri)) return undefined;
  const name = uri.slice(at + 1);
  const of = partsOf(name);
  return of && { store: uri.slice(0, at), name, of };
}

/** Whether one was kept before another of the same trial. */
export function isEarlier(a: CheckpointName, b: CheckpointName): boolean {
  return compareNames(a, b) < 0;
}

/** Checkpoints of one trial, the first first. */
export function compareNames(a: CheckpointName, b: CheckpointName): number {
  return a.attempt - b.attempt || a.sequence - b.sequence || (a.random < b.random ? -1 : a.random > b.random ? 1 : 0);
}

/** What is safe as one part of a path and a URI; '.' and '..' are not. */
function segment(text: string): string {
  return text.replace(/[^\w.-]/g, '_').replace(/^\.+$/, '_');
}
