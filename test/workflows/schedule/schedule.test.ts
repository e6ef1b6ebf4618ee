import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialFunction } from '../../../activities/runners/trial-context.ts';
import { STUDY_QUEUE, type StudyStatus } from '../../../study/contract.ts';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { encodeFull } from '../../../study/space/point.ts';
import { keeperId, nightId, SCHEDULE_WORKFLOW } from '../../../study/schedule/contract.ts';
import { defineSchedule } from '../../../study/schedule/define.ts';
import { seedOfNight } from '../../../study/schedule/naming.ts';
import { until } from '../trials-rig.ts';
import { NEVER, scheduled, ScheduleRig } from '../schedule-rig.ts';

let rig: ScheduleRig;
/** A minute passes until it has begun a night: meanwhile the other tests run. */
let byItself: Promise<void>;
beforeAll(async () => {
  rig = await ScheduleRig.create();
  byItself = beginsByItself('minutely');
  // its test tells
  byItself.catch(() => {});
});
afterAll(() => rig.close());

const loss: TrialFunction = ({ params }) => Number(params['x']);

/** A trial that runs until the test lets it, or until it is cancelled. */
function patient(): { trial: TrialFunction; release: () => void; isRunning: () => boolean } {
  let running = false;
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const trial: TrialFunction = async ({ signal, number }) => {
    running = true;
    const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
    await Promise.race([released, aborted]);
    return number;
  };
  return { trial, release: () => release(), isRunning: () => running };
}

describe('a night', () => {
  it('begins with the results of the last, and with the champion as trial 0', async () => {
    const name = 'chained';
    await rig.serving(name, loss, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const first = await rig.night(name);
      expect(first).toMatchObject({ status: 'complete', imported: 0, promoted: true });
      const before = await rig.schedules.show(name);
      expect(before.champion).toMatchObject({ night: first.night, study: first.study, test: { loss: first.best } });
      const second = await rig.night(name);
      expect(second).toMatchObject({ status: 'complete', from: first.study, imported: 4, championTest: first.best });
      const rows = await rig.rows(second.study);
      expect(rows.map(({ origin }) => origin)).toEqual([
        'enqueued',
        ...Array.from({ length: 4 }, () => 'imported'),
        ...Array.from({ length: 3 }, () => 'sampler'),
      ]);
      const compiled = compileSpace(scheduled(name).space);
      expect([...rows[0]!.x]).toEqual([...encodeFull(compiled, before.champion!.params)]);
      const carried = rows.slice(1, 5).map(({ x, values }) => [[...x], values]);
      expect(carried).toEqual((await rig.rows(first.study)).map(({ x, values }) => [[...x], values]));
      const definition = await rig.definition(second.study);
      expect(definition.seed).toBe(seedOfNight(7, second.night));
      expect(definition.trial.queue).toBe(`dtune/${name}`);
    });
  });

  it('crowns the challenger that is better in the test, not the one that was tuned better', async () => {
    const name = 'overfitted';
    const seeds: number[] = [];
    let challengerTest = 2;
    const trial: TrialFunction = (context) => {
      const isChampion = context.number === 0;
      // the champion never is the best in tuning
      if (context.phase === 'tune') return isChampion ? 5 : loss(context);
      seeds.push(context.seed);
      return isChampion ? 1 : challengerTest;
    };
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const first = await rig.night(name);
      expect(first).toMatchObject({ promoted: true, challengerTest: 2 });
      const second = await rig.night(name);
      expect(second).toMatchObject({ promoted: false, championTest: 1, challengerTest: 2 });
      expect((await rig.schedules.show(name)).champion).toMatchObject({
        night: first.night,
        test: { loss: 1 },
        tested: second.night,
      });
      challengerTest = 0.5;
      const third = await rig.night(name);
      expect(third).toMatchObject({ promoted: true, championTest: 1, challengerTest: 0.5 });
      expect((await rig.schedules.show(name)).champion).toMatchObject({ night: third.night, study: third.study });
      const [, a, b, c, d] = seeds;
      expect(seeds.length).toBe(5);
      expect([a === b, c === d, a === c]).toEqual([true, true, false]);
    });
  });

  it('that fails is told with its reason, and neither champion nor results are lost', async () => {
    const name = 'failing';
    let broken = false;
    const trial: TrialFunction = (context) => {
      if (broken) throw new Error('no data tonight');
      return loss(context);
    };
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const good = await rig.night(name);
      const { champion } = await rig.schedules.show(name);
      broken = true;
      const failed = await rig.night(name);
      expect(failed).toMatchObject({
        status: 'failed',
        reason: '3 trials failed, stop.maxFailures is 3',
        promoted: false,
        counts: { complete: 0, failed: 3 },
      });
      expect(await rig.schedules.show(name)).toMatchObject({ champion, lastGood: good.study, ended: 2 });
      broken = false;
      expect(await rig.night(name)).toMatchObject({ status: 'complete', from: good.study, imported: 4 });
    });
  });

  it('whose challenger fails the test keeps the champion, and one whose champion does crowns the challenger', async () => {
    const name = 'untestable';
    let unusable: 'none' | 'champion' | 'challenger' = 'none';
    const trial: TrialFunction = (context) => {
      const { number, phase } = context;
      const isChampion = number === 0;
      if (phase === 'test' && unusable === (isChampion ? 'champion' : 'challenger')) throw new Error('does not load');
      // trial 0 is never the best, once it is the champion's
      return phase === 'tune' && isChampion ? 5 : loss(context);
    };
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const first = await rig.night(name);
      expect(first.promoted).toBe(true);
      unusable = 'challenger';
      expect(await rig.night(name)).toMatchObject({
        status: 'complete',
        promoted: false,
        reason: expect.stringContaining('the challenger failed its test: Error: does not load'),
      });
      expect((await rig.schedules.show(name)).champion).toMatchObject({ night: first.night });
      unusable = 'champion';
      const third = await rig.night(name);
      expect(third).toMatchObject({
        promoted: true,
        reason: expect.stringContaining('the champion failed its test: Error: does not load'),
      });
      expect((await rig.schedules.show(name)).champion).toMatchObject({ night: third.night });
    });
  });

  it('begins anew, but with its champion, where the last study is gone from the artifact store', async () => {
    const name = 'forgotten';
    await rig.serving(name, loss, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const first = await rig.night(name);
      await rig.forget(first.study);
      const second = await rig.night(name);
      expect(second).toMatchObject({
        status: 'complete',
        imported: 0,
        reason: `begins anew: the artifact store has no study ${first.study}`,
        championTest: first.best,
      });
      expect((await rig.rows(second.study)).map(({ origin }) => origin)).toEqual([
        'enqueued',
        ...Array.from({ length: 3 }, () => 'sampler'),
      ]);
    });
  });

  it('does not begin while one runs, and runs again once that has ended', async () => {
    const name = 'busy';
    const { trial, release, isRunning } = patient();
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const begun = (await rig.schedules.trigger(name))!;
      await until(isRunning);
      expect(await rig.schedules.trigger(name)).toBeUndefined();
      expect(await rig.schedules.show(name)).toMatchObject({ running: begun, skipped: 1, ended: 0 });
      release();
      await rig.idle(name);
      await rig.night(name);
      const { nights } = await rig.schedules.show(name);
      expect(nights.map(({ status }) => status)).toEqual(['complete', 'complete']);
    });
  });

  it('takes slots of a pool for its tests, too', async () => {
    const names = ['sharing', 'sharing-too'] as const;
    let running = 0;
    const most = { tune: 0, test: 0 };
    const trial: TrialFunction = async ({ params, phase }) => {
      most[phase] = Math.max(most[phase], ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return Number(params['x']);
    };
    await rig.client.slots.set('single', 1, { lookMs: 1000 });
    await rig.serving(names[0], trial, () =>
      rig.serving(names[1], trial, async () => {
        for (const name of names) await rig.schedules.create(scheduled(name, { slots: { single: 1 } }), NEVER);
        for (let i = 0; i < 2; i++)
          for (const night of await Promise.all(names.map((name) => rig.night(name))))
            expect(night).toMatchObject({ status: 'complete', counts: { complete: 4 } });
      }),
    );
    expect(most).toEqual({ tune: 1, test: 1 });
    await until(async () => (await rig.client.slots.show('single')).used === 0);
  });

  it('that is terminated has its study cancelled, and the next one begins with what was before', async () => {
    const name = 'terminated';
    const { trial, release, isRunning } = patient();
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const { night, study } = (await rig.schedules.trigger(name))!;
      await until(isRunning);
      await rig.env.client.workflow.getHandle(`${nightId(name)}-${night}`).terminate();
      expect((await rig.client.study(study).result()) as StudyStatus).toMatchObject({ status: 'stopped' });
      release();
      expect(await rig.night(name)).toMatchObject({ status: 'complete', imported: 0 });
      expect(await rig.schedules.show(name)).toMatchObject({ ended: 1 });
    });
  });
});

describe('a schedule', () => {
  it('is made once, refused with the differences where it is otherwise, and changed where asked to', async () => {
    const name = 'changed';
    await rig.serving(name, loss, async () => {
      expect(await rig.schedules.create(scheduled(name), NEVER)).toBe('created');
      expect(await rig.schedules.create(scheduled(name), NEVER)).toBe('unchanged');
      const first = await rig.night(name);
      const smaller = scheduled(name, { stop: { trials: 2, maxFailures: 3 } });
      const weekly = { cron: '0 2 * * mon', timeZone: 'europe/berlin', jitter: '5m' };
      await expect(rig.schedules.create(smaller, weekly)).rejects.toThrow(
        [
          `schedule 'changed' is there and is otherwise:`,
          '  stop.trials: 4 -> 2',
          '  cron: absent -> 0 2 * * mon',
          '  every: 365d -> absent',
          '  time zone: UTC -> Europe/Berlin',
          '  jitter: 0ms -> 5m',
          'undo the change, choose another name, or change it with --update',
        ].join('\n'),
      );
      await rig.schedules.pause(name, 'for now');
      expect(await rig.schedules.create(smaller, weekly, { update: true })).toBe('changed');
      const view = await rig.schedules.show(name);
      expect(view).toMatchObject({ paused: true, note: 'for now', champion: { night: first.night }, ended: 1 });
      for (const time of view.next) {
        const local = new Date(time).toLocaleString('en', {
          timeZone: 'Europe/Berlin',
          weekday: 'short',
          hour: '2-digit',
        });
        expect(local).toMatch(/^Mon.*02/);
      }
      await rig.schedules.resume(name, 'again');
      expect((await rig.schedules.show(name)).paused).toBe(false);
      expect(await rig.night(name)).toMatchObject({ status: 'complete', counts: { complete: 2 } });
    });
  });

  it('whose space has no place for the champion any more crowns the challenger', async () => {
    const name = 'narrowed';
    await rig.serving(name, loss, async () => {
      const definition = scheduled(name);
      await rig.schedules.create(definition, NEVER);
      await rig.night(name);
      const { params } = (await rig.schedules.show(name)).champion!;
      const x0 = Number(params['x']);
      const [x, y] = definition.space.parameters;
      const domain = { kind: 'float', low: x0 + 0.1, high: 2, scale: 'linear' } as const;
      const space = { ...definition.space, version: 2, parameters: [{ ...x!, domain }, y!] };
      await rig.schedules.create({ ...definition, space }, NEVER, { update: true });
      const night = await rig.night(name);
      expect(night).toMatchObject({ status: 'complete', promoted: true });
      expect(night.reason).toContain(`the champion has no place in the space: x = ${x0} is below`);
      expect(night.imported).toBeLessThan(4);
      expect((await rig.rows(night.study))[0]!.origin).not.toBe('enqueued');
    });
  });

  it('with a definition that no sampler serves has failed nights, until it is changed', async () => {
    const name = 'refused';
    await rig.serving(name, loss, async () => {
      await rig.schedules.create(scheduled(name, { sampler: { name: 'oracle', options: {} } }), NEVER);
      const night = await rig.night(name);
      expect(night).toMatchObject({ status: 'failed', promoted: false });
      expect(night.reason).toContain('there is no sampler "oracle"');
      await rig.schedules.create(scheduled(name), NEVER, { update: true });
      expect(await rig.night(name)).toMatchObject({ status: 'complete' });
    });
  });

  it('keeps everything over continue-as-new, and is made to its end where its maker died between', async () => {
    const name = 'long';
    await rig.serving(name, loss, async () => {
      const schedule = defineSchedule(scheduled(name), NEVER);
      const keeper = await rig.env.client.workflow.start(SCHEDULE_WORKFLOW, {
        workflowId: keeperId(name),
        taskQueue: STUDY_QUEUE,
        args: [{ schedule, quietEvents: 8 }],
      });
      await expect(rig.schedules.show(name)).rejects.toThrow('was not made to its end; create it again');
      expect(await rig.schedules.create(scheduled(name), NEVER)).toBe('unchanged');
      const { runId } = await rig.env.client.workflow.getHandle(keeperId(name)).describe();
      const nights = [];
      for (let i = 0; i < 4; i++) nights.push(await rig.night(name));
      expect((await rig.env.client.workflow.getHandle(keeperId(name)).describe()).runId).not.toBe(runId);
      expect(keeper.firstExecutionRunId).toBe(runId);
      const view = await rig.schedules.show(name);
      expect(view.nights).toEqual(nights);
      const best = nights.filter(({ promoted }) => promoted).at(-1)!;
      expect(view.champion).toMatchObject({ night: best.night });
    });
  });

  it('runs nights of the past one after the other, but none twice', async () => {
    const name = 'backfilled';
    await rig.serving(name, loss, async () => {
      await rig.schedules.create(scheduled(name), { cron: '0 2 * * *' });
      const [from, to] = [new Date('2026-01-01T00:00Z'), new Date('2026-01-03T12:00Z')];
      const times = await rig.schedules.backfill(name, from, to);
      expect(times).toEqual([1, 2, 3].map((day) => `2026-01-0${day}T02:00:00.000Z`));
      await until(async () => (await rig.schedules.show(name)).ended === 3);
      await rig.idle(name);
      const { nights } = await rig.schedules.show(name);
      expect(nights.map(({ study }) => study)).toEqual([1, 2, 3].map((day) => `${name}-2026010${day}T020000`));
      for (const [i, { startedAt }] of nights.entries())
        if (i > 0) expect(startedAt >= nights[i - 1]!.finishedAt).toBe(true);
      await rig.schedules.backfill(name, from, new Date('2026-01-04T12:00Z'));
      await until(async () => (await rig.schedules.show(name)).ended === 4);
      expect((await rig.schedules.show(name)).nights.slice(0, 3)).toEqual(nights);
      await expect(rig.schedules.backfill(name, from, from)).rejects.toThrow(
        /has 0 nights from .*, expected 1 to 1000/,
      );
    });
  });

  it('that is deleted cancels its night, keeps its studies, and may be made anew', async () => {
    const name = 'deleted';
    const { trial, release, isRunning } = patient();
    await rig.serving(name, trial, async () => {
      await rig.schedules.create(scheduled(name), NEVER);
      const { study } = (await rig.schedules.trigger(name))!;
      await until(isRunning);
      await rig.schedules.delete(name);
      expect(await rig.client.study(study).status()).toMatchObject({ status: 'stopped' });
      expect(await rig.env.client.workflow.getHandle(keeperId(name)).result()).toMatchObject({
        ended: 1,
        nights: [{ status: 'failed', reason: 'it was cancelled' }],
      });
      expect(await rig.schedules.names()).not.toContain(name);
      await expect(rig.schedules.show(name)).rejects.toThrow(
        /there is no schedule named 'deleted'; schedules here are/,
      );
      await expect(rig.schedules.delete(name)).rejects.toThrow("there is no schedule named 'deleted'");
      release();
      expect(await rig.schedules.create(scheduled(name), NEVER)).toBe('created');
      expect(await rig.schedules.show(name)).toMatchObject({ ended: 0, champion: null });
    });
  });

  it('begins nights by itself', () => byItself, 120_000);
});

async function beginsByItself(name: string): Promise<void> {
  await rig.serving(name, loss, async () => {
    await rig.schedules.create(scheduled(name), { every: '1m' });
    const created = Date.now();
    await until(async () => (await rig.schedules.show(name)).ended > 0);
    const [{ night, status }] = (await rig.schedules.show(name)).nights;
    expect(status).toBe('complete');
    expect(Date.parse(night) % 60_000).toBe(0);
    expect(Date.parse(night)).toBeGreaterThan(created - 60_000);
    await rig.schedules.delete(name);
  });
}
