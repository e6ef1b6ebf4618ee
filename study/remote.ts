/** Trials that run elsewhere, as data: an HTTP service or a cluster's scheduler is asked to run them, and asked how they are. */

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

export type RemoteSpec = HttpSpec;

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
