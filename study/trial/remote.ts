/** Trials that run elsewhere, as data: an HTTP service or a cluster's scheduler is asked to run them, and asked how they are. */

import type { ParameterValue } from '../space/space.ts';

/** A header's value that stands in an environment variable of the worker alone. */
export interface SecretText {
  /** The variable's name. */
  readonly env: string;
  /** What goes before it, as 'Bearer '. */
  readonly prefix?: string;
}

export interface HttpSpec {
  /** http or https, no user or password in it. */
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string | SecretText>>;
  /** Absent: the answer to the one request is the result. */
  readonly poll?: PollSpec;
  /** Field of the last answer that holds the result; absent: all of it. Fields are named by keys with dots between them. */
  readonly result?: string;
  /** How a run that nobody wants any more is ended; absent: by nothing but the end of the connection. */
  readonly cancel?: CancelSpec;
  /** How long a service without an answer is asked again, milliseconds; then the attempt has failed. */
  readonly unreachableMs: number;
}

export interface PollSpec {
  /** Between two looks, milliseconds, where the service does not say it. */
  readonly everyMs: number;
  /** Field of the first answer that holds the run's own URL; absent: its header Location. */
  readonly url?: string;
  /** Field of the run's state; what is neither in `done` nor in `failed` runs. */
  readonly state: string;
  readonly done: readonly string[];
  readonly failed: readonly string[];
}

export interface CancelSpec {
  readonly method: 'DELETE' | 'POST' | 'PUT';
  /** Field of the first answer that holds the URL; absent: the run's own. */
  readonly url?: string;
}

/** A Kubernetes Job for each attempt. */
export interface KubernetesJob {
  readonly kind: 'kubernetes';
  /** The Job: its name, and what makes it this trial's, is added to it. Its first container is the trial. */
  readonly manifest: { readonly [key: string]: ParameterValue };
  /** Absent: that of the kubeconfig's context, or of the worker's own pod. */
  readonly namespace?: string;
  /** Absolute path on the worker; absent: the worker runs in the cluster. */
  readonly kubeconfig?: string;
  /** Absent: the kubeconfig's current one. */
  readonly context?: string;
}

/** A job of a scheduler that is spoken to by commands. `{id}`, `{name}`, `{trial}`, `{log}`, … stand for what is known of a job. */
export interface CommandJob {
  readonly kind: 'commands';
  /** Prints what `id` finds. */
  readonly submit: readonly string[];
  /** The trial's own command, as it is, behind `submit`. */
  readonly command?: readonly string[];
  /** Prints what `state` finds. */
  readonly status: readonly string[];
  readonly cancel: readonly string[];
  /** Prints the ids of jobs named {name}; absent: a job of which it is not known whether it was submitted has failed. */
  readonly find?: readonly string[];
  /** Regular expressions: the first group, or all that matches. */
  readonly id: string;
  /** `submit` may print it on stderr, among what it logs. */
  readonly logsId?: true;
  readonly state: string;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Absolute: the study file's. */
  readonly cwd: string;
  /** Absolute; a folder that workers and jobs share. */
  readonly folder: string;
}

export type JobSpec = (KubernetesJob | CommandJob) & {
  /** Between two looks, milliseconds. */
  readonly everyMs: number;
  /** How long a scheduler without an answer is asked again, milliseconds; then the attempt has failed. */
  readonly unreachableMs: number;
};

export type RemoteSpec = HttpSpec | JobSpec;

/** A run that was begun elsewhere: what a worker needs to find it again. It rides on heartbeats. */
export interface RemoteRun {
  /** The same for every try of one attempt, and for no other attempt; ASCII. */
  readonly key: string;
  /** When the attempt began, milliseconds since 1970. */
  readonly since: number;
  /** How often it was seen. */
  readonly looks: number;
  /** What names it there; absent while it is not known whether it was begun. */
  readonly handle?: string;
}

/** What a request says of a run that there is already. */
export interface RemoteRequest {
  /** The one that lost workers have left; absent: none is known, which does not say that there is none. */
  readonly remote?: RemoteRun;
  /** It is to be ended, nobody waits for what comes of it. */
  readonly end?: true;
}

/** Whether a trial is begun by a worker and runs somewhere else. */
export function isRemote({ kind }: { readonly kind: string }): boolean {
  return kind === 'http' || kind === 'job';
}
