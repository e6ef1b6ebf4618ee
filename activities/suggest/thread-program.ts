/** The program of a thread that computes suggestions: sessions of its own, asked and answered by messages (threads.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../../artifacts/store.ts';
import { BUILT_IN } from '../../samplers/registry.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { Sessions } from './sessions.ts';
import { loadsTypeScript } from './typescript.ts';
import type { SamplerModule, ThreadAnswer, ThreadData, ThreadOrder } from './threads.ts';

const { artifacts, modules, most } = workerData as ThreadData;
const sessions = Promise.all(modules.map(samplerOf)).then(
  (own) => new Sessions(openStore(artifacts), [...BUILT_IN, ...own], most),
);
// told with the first answer
sessions.catch(() => {});

parentPort!.on('message', (order: ThreadOrder) => {
  if (order.kind === 'forget') void sessions.then((those) => those.forget(order.key));
  else void answerTo(order).then((answer) => parentPort!.postMessage(answer));
});

async function answerTo({ id, key, request, delta }: ThreadOrder & { kind: 'ask' }): Promise<ThreadAnswer> {
  try {
    return { id, answer: await (await sessions).suggest(key, request, delta) };
  } catch (error) {
    // classes do not travel
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { name, message, ...(stack !== undefined && { stack }) } };
  }
}

async function samplerOf({ url, name }: SamplerModule): Promise<Sampler> {
  const exported = await moduleAt(url, name);
  const sampler = Object.values(exported).find((value) => value?.name === name && value.module === url);
  if (sampler) return sampler as Sampler;
  throw new StudyDefinitionError(
    `sampler ${name} says that its module is ${url}, but that exports no sampler of this name and module; ` +
      'export it there, or leave module out',
  );
}

async function moduleAt(url: string, name: string): Promise<Record<string, Partial<Sampler> | undefined>> {
  try {
    await loadsTypeScript(url);
    return (await import(url)) as Awaited<ReturnType<typeof moduleAt>>;
  } catch (cause) {
    throw new StudyDefinitionError(
      `sampler ${name} says that its module is ${url}, which cannot be imported (${String(cause)}); ` +
        'expected import.meta.url of the module that exports it, or leave module out',
      { cause },
    );
  }
}
