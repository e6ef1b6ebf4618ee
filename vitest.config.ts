import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    reporters: ['default', './test/reporter.ts'],
    pool: 'forks',
    // most tests of the slow half wait for servers and timers: one worker a core, where the default leaves one core idle
    maxWorkers: '100%',
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
