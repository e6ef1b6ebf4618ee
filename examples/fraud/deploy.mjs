// What would put the winner into production: it never runs here, since the verdict is not to promote.
import { writeFileSync } from 'node:fs';

writeFileSync(new URL('deployed.json', import.meta.url), process.env.DTUNE_PROMOTION);
