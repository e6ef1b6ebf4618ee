/** What one attempt of a trial asks for while it runs: told from what is known already, or asked of its study. */
import type { Client } from '@temporalio/client';
import { readAsked, type Suggested } from '../../study/trial/by-run.ts';
import type { TrialRequest } from '../../study/contract.ts';
import { indexOf } from '../../study/space/dimensions.ts';
import { TrialFailedError, TrialPrunedError } from '../../study/errors.ts';
import { describeDomain } from '../../study/space/point.ts';
import type { Scalar } from '../../study/space/space.ts';
import type { ScalarSyntax } from '../../study/syntax/parameter.ts';
import { sameJson, show } from '../../study/wording/json.ts';
import type { Progress } from '../runners/progress.ts';
import { ParameterChannel } from './channel.ts';

/**
 * @throws TrialFailedError in words, where there can be no such parameter; TrialPrunedError where the trial is to end
 */
export type Suggest = (name: string, parameter: ScalarSyntax) => Promise<Scalar>;

/** By worker and study: what trials of one study in one worker ask for goes together. */
const channels = new WeakMap<Client, Map<string, ParameterChannel>>();

/** @param client  asked for only where the study is to be asked */
export function openParameters(
  client: () => Client,
  request: TrialRequest,
  progress: Progress,
  signal: AbortSignal,
): Suggest | undefined {
  const { number, suggested, phase } = request;
  if (!suggested) return undefined;
  const known = new Map<string, Suggested>(suggested.map((each) => [each.name, each]));

  return async (name, parameter) => {
    const read = readAsked(name, parameter);
    if ('fault' in read) throw new TrialFailedError(read.fault);
    const { domain } = read;
    const before = known.get(name);
    if (before && (before.domain ? sameJson(before.domain, domain) : indexOf(domain, before.value) !== undefined))
      return before.value;
    if (phase === 'test') {
      const is = before ? `is ${show(before.value)}` : 'was never asked for';
      throw new TrialFailedError(
        `${name} ${is} in the trial that is tested, and now as ${describeDomain(domain)}: expected the same parameters as in tuning`,
      );
    }
    const step = progress.lastStep;
    const ask = { number, name, parameter, ...(step !== undefined && { step }) };
    const answer = await channelOf(client(), request).ask(ask, signal);
    if ('ended' in answer) throw new TrialPrunedError(`this trial was told to end before it was given ${name}`);
    if ('refused' in answer) throw new TrialFailedError(answer.refused);
    known.set(name, { name, value: answer.value, domain });
    return answer.value;
  };
}

function channelOf(client: Client, { study, firstRunId }: TrialRequest): ParameterChannel {
  const ours = channels.get(client) ?? new Map<string, ParameterChannel>();
  channels.set(client, ours);
  const key = `${study}\n${firstRunId}`;
  for (const [other, { isIdle }] of ours) if (isIdle && other !== key) ours.delete(other);
  const channel = ours.get(key) ?? new ParameterChannel(client, { study, firstRunId });
  ours.set(key, channel);
  return channel;
}
