/** What package.json says of this program. */
import { createRequire } from 'node:module';

export const PACKAGE: { readonly version: string; readonly description: string } = createRequire(import.meta.url)(
  import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json',
);
