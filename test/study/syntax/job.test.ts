import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

const LIMITS = { retries: 0, heartbeatMs: 30_000 };
const PACE = { everyMs: 10_000, unreachableMs: 3_600_000 };
const faultsOf = (job: string): string => faults(`{ trial: { job: ${job} } }`);

describe('trial: job', () => {
  it('is a Kubernetes Job of an image', () => {
    const kubernetes = {
      image: 'train:1',
      command: ['python3', 'train.py'],
      resources: { limits: { 'nvidia.com/gpu': 1 } },
      serviceAccount: 'trainer',
      namespace: 'ml',
      kubeconfig: './config',
      context: 'prod',
    };
    expect(define({ trial: { job: { kubernetes }, timeout: '2h' } }).trial).toEqual({
      kind: 'job',
      job: {
        kind: 'kubernetes',
        manifest: {
          apiVersion: 'batch/v1',
          kind: 'Job',
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: 'trial',
                    image: 'train:1',
                    command: ['python3', 'train.py'],
                    resources: { limits: { 'nvidia.com/gpu': 1 } },
                  },
                ],
                serviceAccountName: 'trainer',
              },
            },
          },
        },
        namespace: 'ml',
        kubeconfig: '/home/me/config',
        context: 'prod',
        ...PACE,
      },
      timeoutMs: 7_200_000,
      ...LIMITS,
    });
  });

  it('is a whole manifest', () => {
    const containers = [{ name: 'main', image: 'train:1' }];
    const manifest = { apiVersion: 'batch/v1', kind: 'Job', spec: { template: { spec: { containers } } } };
    expect(define({ trial: { job: { kubernetes: { manifest } } } }).trial).toMatchObject({ job: { manifest } });
  });

  it('is a Slurm job, whose command stays as it is', () => {
    const slurm = { command: ['python3', 'train.py', '{id}'], options: ['--gres=gpu:1'] };
    expect(define({ trial: { job: { slurm, every: '1m', unreachable: '2h' } } }).trial).toMatchObject({
      job: {
        kind: 'commands',
        submit: [
          'sbatch',
          '--parsable',
          '--job-name={name}',
          '--chdir={cwd}',
          '--input={trial}',
          '--output={log}',
          '--error={errors}',
          '--open-mode=append',
          '--gres=gpu:1',
          '{script}',
        ],
        command: slurm.command,
        find: ['squeue', '--noheader', '--states=all', '--format=%A', '--name={name}'],
        folder: '/home/me/dtune-jobs',
        cwd: '/home/me',
        everyMs: 60_000,
        unreachableMs: 7_200_000,
      },
    });
  });

  it('is a YARN application', () => {
    const { trial } = define({ trial: { job: { yarn: { submit: ['spark-submit', 'x.py'], folder: '/shared' } } } });
    expect(trial).toMatchObject({ job: { submit: ['spark-submit', 'x.py'], folder: '/shared' } });
    if (trial.kind !== 'job' || trial.job.kind !== 'commands') throw new Error(trial.kind);
    // as yarn prints it
    const said =
      'Application Report :\n\tApplication-Id : application_1700000000000_0007\n\tState : FINISHED\n\tFinal-State : SUCCEEDED\n';
    expect(new RegExp(trial.job.id, 'm').exec(said)?.[0]).toBe('application_1700000000000_0007');
    expect(new RegExp(trial.job.state, 'm').exec(said)?.[1]?.toLowerCase()).toBe(trial.job.done[0]);
  });

  it('is one of any scheduler, by its commands', () => {
    const template = {
      submit: ['qsub'],
      status: ['qstat', '{id}'],
      cancel: ['qdel', '{id}'],
      done: ['C'],
      failed: ['E'],
    };
    expect(define({ trial: { job: template } }).trial).toMatchObject({
      job: { ...template, done: ['c'], failed: ['e'], id: String.raw`\S+`, state: String.raw`\S+` },
    });
  });

  it.each([
    ['{}', 'trial.job is {}, expected { kubernetes: … }, { slurm: … }, { yarn: … } or { submit: […]'],
    ['{ kubernetes: {} }', 'trial.job.kubernetes is {}, expected { image: …, command: […] } or { manifest: … }'],
    ['{ kubernetes: { image: a, manifest: {} } }', 'expected { image: …, command: […] } or { manifest: … }'],
    ['{ kubernetes: { manifest: { kind: Pod } } }', 'expected apiVersion: batch/v1 and kind: Job'],
    [
      '{ kubernetes: { manifest: { apiVersion: batch/v1, kind: Job } } }',
      'expected spec.template.spec.containers in it',
    ],
    ['{ kubernetes: { image: a, context: b } }', 'trial.job.kubernetes.context is "b", expected kubeconfig beside it'],
    ['{ kubernetes: { image: a, namespace: A_B } }', 'trial.job.kubernetes.namespace is "A_B", expected a namespace'],
    ['{ kubernetes: { image: a, command: "python3 x" } }', 'no shell reads it, so write a list'],
    ['{ slurm: {} }', 'trial.job.slurm.command is missing, expected a program and its arguments'],
    [
      '{ slurm: { command: [a], script: b } }',
      'trial.job.slurm.script is "b", expected one of command, options, folder',
    ],
    ['{ slurm: { command: [a] }, done: [x] }', 'trial.job.done is ["x"], expected no done beside slurm'],
    ['{ submit: [qsub] }', 'trial.job.status is missing, expected a program and its arguments'],
    [
      '{ submit: [q], status: [q], cancel: [q], done: [a], failed: [b], id: "(" }',
      'trial.job.id is "(", expected a regular expression',
    ],
  ])('is refused as %s', (job, fault) => expect(faultsOf(job)).toContain(fault));
});
