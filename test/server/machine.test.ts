import { describe, expect, it } from 'vitest';
import { thisMachine, whereabouts } from '../../server/machine.ts';

describe('whereabouts', () => {
  const here = { host: 'one', boot: 'b1' };

  it.each([
    { machine: here, where: 'here', why: 'the same machine' },
    { machine: { host: 'container-2', boot: 'b1' }, where: 'here', why: 'another container of it' },
    { machine: { host: 'one', boot: 'b0' }, where: 'rebooted', why: 'it, before a reboot' },
    { machine: { host: 'two', boot: 'b2' }, where: 'elsewhere', why: 'another machine' },
  ])('is $where for $why', ({ machine, where }) => {
    expect(whereabouts(machine, here)).toBe(where);
  });

  it('is here for a machine without boot ids whose name has changed', () => {
    expect(whereabouts({ host: 'laptop.home', boot: '' }, { host: 'laptop.office', boot: '' })).toBe('here');
  });

  it('knows this machine again', async () => {
    expect(whereabouts(await thisMachine(), await thisMachine())).toBe('here');
    expect((await thisMachine()).host).not.toBe('');
  });
});
