/** No test talks to anything but this machine, whatever the environment says. */
import nock from 'nock';

for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
nock.disableNetConnect();
nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])/);
