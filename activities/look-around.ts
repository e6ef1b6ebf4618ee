/** What a study that begins finds around it: the pools of slots that it names, and what is registered on its server. */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { QUERIES, SLOT_POOL_WORKFLOW } from '../study/contract.ts';
import type { Prepared } from '../study/prepare-forms.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { ATTRIBUTE_NAMES, SEARCH_ATTRIBUTES } from '../study/search-attributes.ts';
import { slotPoolId, type SlotPoolStatus } from '../study/slots/protocol.ts';
import type { StudyDefinition } from '../study/study.ts';

/** How long one question to the server may take, milliseconds. */
const PATIENCE_MS = 5000;

/** @throws StudyDefinitionError where no trial of the study could ever get its slots */
export async function lookAround({ slots = {} }: StudyDefinition): Promise<Prepared> {
  const { client } = Context.current();
  for (const [pool, each] of Object.entries(slots)) await checkPool(client, pool, each);
  return findAttributes(client);
}

async function checkPool(client: Client, pool: string, each: number): Promise<void> {
  const handle = client.workflow.getHandle(slotPoolId(pool));
  const status = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  });
  if (status?.status.name !== 'RUNNING' || status.type !== SLOT_POOL_WORKFLOW)
    throw new StudyDefinitionError(
      `slots.${pool}: there is no pool of slots named '${pool}' on this server, so no trial could start; ` +
        `make it with: dtune slots set ${pool} ${each}`,
    );
  // a pool that does not answer now is there nevertheless
  const answer = await client
    .withDeadline(Date.now() + PATIENCE_MS, () => handle.query<SlotPoolStatus>(QUERIES.slotPool))
    .catch(() => undefined);
  if (answer && answer.capacity < each)
    throw new StudyDefinitionError(
      `slots.${pool}: each trial takes ${each} slots, but pool '${pool}' has ${answer.capacity}, so no trial could start; ` +
        `take fewer, or enlarge it with: dtune slots set ${pool} ${each}`,
    );
}

/** Never fails: a server that does not say what is registered has nothing of ours. */
async function findAttributes(client: Client): Promise<Prepared> {
  const { namespace } = client.options;
  let registered: Readonly<Record<string, unknown>> = {};
  let why = 'are not registered';
  try {
    const answer = await client.withDeadline(Date.now() + PATIENCE_MS, () =>
      client.connection.operatorService.listSearchAttributes({ namespace }),
    );
    registered = answer.customAttributes ?? {};
  } catch (error) {
    why = `could not be looked for (${(error as Error).message})`;
  }
  const searchAttributes = ATTRIBUTE_NAMES.filter((name) => registered[name] === SEARCH_ATTRIBUTES[name].code);
  const missing = ATTRIBUTE_NAMES.filter((name) => !searchAttributes.includes(name));
  if (missing.length === 0) return { searchAttributes, warnings: [] };
  const flags = missing.map((name) => `--name ${name} --type ${SEARCH_ATTRIBUTES[name].flag}`);
  const warning =
    `search attributes ${missing.join(', ')} ${why} in namespace '${namespace}', so this study keeps them in its memo; ` +
    `for those to come: temporal operator search-attribute create ${flags.join(' ')}`;
  return { searchAttributes, warnings: [warning] };
}
