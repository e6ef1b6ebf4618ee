/** The Job of one attempt: the study's manifest, and what makes it this trial's. */
import type { KubernetesJob } from '../../../../study/trial/remote.ts';
import { isRecord } from '../../../../study/wording/json.ts';
import type { JobRun } from './job-run.ts';

/** Annotation with the idempotency key: whose job this is. */
export const KEY = 'durable-tune/key';

/** A finished Job is looked at for this long, seconds; then the cluster takes it away. */
const KEPT_S = 86_400;

type Part = Readonly<Record<string, unknown>>;

/**
 * Its pod is not repeated after a failure of its own (that is the study's affair), but after an eviction (`DisruptionTarget`). The
 * container has the trial in DTUNE_TRIAL, its parameters in DTUNE_PARAMS; what it writes to DTUNE_RESULT is its termination message.
 */
export function manifestOf(
  { manifest }: KubernetesJob,
  { facts, key, name, timeoutMs }: JobRun & { readonly timeoutMs: number | undefined },
): object {
  const metadata = partOf(manifest['metadata']);
  const spec = partOf(manifest['spec']);
  const template = partOf(spec['template']);
  const pod = partOf(template['spec']);
  const [first, ...others] = pod['containers'] as readonly Part[];
  const labels = { 'app.kubernetes.io/managed-by': 'durable-tune', 'durable-tune/trial': String(facts.number) };
  const result = textOf(first!['terminationMessagePath']) ?? '/dev/termination-log';
  const env = [
    ...((first!['env'] as readonly unknown[] | undefined) ?? []),
    { name: 'DTUNE_TRIAL', value: asVariable(facts) },
    { name: 'DTUNE_PARAMS', value: asVariable(facts.params) },
    { name: 'DTUNE_RESULT', value: result },
  ];
  return {
    ...manifest,
    metadata: {
      ...metadata,
      name,
      labels: { ...partOf(metadata['labels']), ...labels },
      annotations: { ...partOf(metadata['annotations']), [KEY]: key },
    },
    spec: {
      ttlSecondsAfterFinished: KEPT_S,
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      ...spec,
      backoffLimit: 0,
      ...(timeoutMs !== undefined && { activeDeadlineSeconds: Math.ceil(timeoutMs / 1000) }),
      template: {
        ...template,
        metadata: {
          ...partOf(template['metadata']),
          labels: { ...partOf(partOf(template['metadata'])['labels']), ...labels },
        },
        spec: { ...pod, restartPolicy: 'Never', containers: [{ ...first, env }, ...others] },
      },
    },
  };
}

/** JSON in which Kubernetes finds no $(VARIABLE) to replace. */
function asVariable(value: unknown): string {
  return JSON.stringify(value).replaceAll('$', String.raw`\u0024`);
}

function partOf(value: unknown): Part {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
