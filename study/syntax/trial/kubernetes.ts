/** How a Kubernetes Job is written: an image and what it runs, or a whole manifest. */
import { isJson, isRecord } from '../../wording/json.ts';
import type { KubernetesJob } from '../../trial/remote.ts';
import type { ParameterValue } from '../../space/space.ts';
import { readKeys, readText, wrong, type Field } from '../field.ts';
import { absolutePath } from '../path.ts';
import { readCommand } from './command.ts';

type Json = { readonly [key: string]: ParameterValue };

export type KubernetesSyntax = {
  /** Default: that of the kubeconfig's context, or of the worker's own pod. */
  readonly namespace?: string;
  /** Path of a kubeconfig, from the study file's folder; default: the service account of the worker's own pod. */
  readonly kubeconfig?: string;
  /** One of the kubeconfig; default: its current one. */
  readonly context?: string;
} & (
  | {
      readonly image: string;
      /** Program and arguments; no shell reads them. Default: what the image runs. */
      readonly command?: readonly string[];
      /** As a container has it: { limits: { 'nvidia.com/gpu': 1 } }. */
      readonly resources?: Json;
      readonly serviceAccount?: string;
    }
  | {
      /** A whole Job; its first container is the trial. */
      readonly manifest: Json;
    }
);

const PLACE = ['namespace', 'kubeconfig', 'context'];
const CONTAINER = ['image', 'command', 'resources', 'serviceAccount'];
const EXPECTED = '{ image: …, command: […] } or { manifest: … }';
const EXAMPLE = 'write kubernetes: { image: registry.example.com/train:1 }, say';
const MAX_MANIFEST = 65_536;

export function readKubernetes(field: Field, directory: string): KubernetesJob | undefined {
  const fields = readKeys(field, { known: [...CONTAINER, 'manifest', ...PLACE] }, EXPECTED, EXAMPLE);
  if (!fields) return undefined;
  const whole = fields.get('manifest');
  const image = fields.get('image');
  if (!whole === !image) return wrong(field, EXPECTED, EXAMPLE);
  for (const key of CONTAINER)
    if (whole && fields.has(key)) wrong(fields.get(key)!, `no ${key} beside manifest`, 'write it into the manifest');
  const [namespace, kubeconfig, context] = PLACE.map((key) => fields.get(key));
  const space = namespace && readName(namespace, 'a namespace');
  const path = kubeconfig && readText(kubeconfig, 1000, 'the path of a kubeconfig', 'write kubeconfig: ./kubeconfig');
  const which = context && readText(context, 200, 'the name of a context', 'leave it out for the current one');
  if (context && !kubeconfig) wrong(context, 'kubeconfig beside it', 'add kubeconfig: ./kubeconfig, or leave it out');
  const manifest = whole ? readManifest(whole) : readContainer(fields);
  return (
    manifest && {
      kind: 'kubernetes',
      manifest,
      ...(space !== undefined && { namespace: space }),
      ...(path !== undefined && { kubeconfig: absolutePath(directory, path) }),
      ...(which !== undefined && { context: which }),
    }
  );
}

function readContainer(fields: ReadonlyMap<string, Field>): Json | undefined {
  const [image, command, resources, account] = CONTAINER.map((key) => fields.get(key));
  const name = readText(image!, 500, "an image's name", EXAMPLE);
  const words = command && readCommand(command, 'write command: [python3, train.py]');
  const serviceAccountName = account && readName(account, 'the name of a service account');
  if (resources && (!isRecord(resources.value) || !isJson(resources.value)))
    wrong(resources, 'what a container may use', "write resources: { limits: { 'nvidia.com/gpu': 1 } }");
  if (name === undefined) return undefined;
  const container = {
    name: 'trial',
    image: name,
    ...(words && { command: words }),
    ...(resources && { resources: resources.value as Json }),
  };
  const spec = { containers: [container], ...(serviceAccountName !== undefined && { serviceAccountName }) };
  return { apiVersion: 'batch/v1', kind: 'Job', spec: { template: { spec } } };
}

/** As far as a trial needs it: the API checks the rest. */
function readManifest(field: Field): Json | undefined {
  const { value } = field;
  const example = 'write the Job as kubectl takes it, with spec.template.spec.containers';
  if (!isRecord(value) || !isJson(value)) return wrong(field, 'a Job', example);
  if (value['apiVersion'] !== 'batch/v1' || value['kind'] !== 'Job')
    return wrong(field, 'apiVersion: batch/v1 and kind: Job', example);
  const containers = ['spec', 'template', 'spec', 'containers'].reduce<unknown>(
    (part, key) => (isRecord(part) ? part[key] : undefined),
    value,
  );
  const [first] = Array.isArray(containers) ? (containers as readonly unknown[]) : [];
  if (!isRecord(first) || typeof first['name'] !== 'string')
    return wrong(field, 'spec.template.spec.containers in it', example);
  if (JSON.stringify(value).length > MAX_MANIFEST)
    return wrong(field, `at most ${MAX_MANIFEST} characters`, 'leave out what the cluster adds by itself');
  return value as Json;
}

function readName(field: Field, what: string): string | undefined {
  const { value } = field;
  if (typeof value === 'string' && /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(value)) return value;
  return wrong(field, `${what}: small letters, digits and '-'`, 'rename it');
}
