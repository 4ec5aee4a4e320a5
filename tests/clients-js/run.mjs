// Runs every paginator and waiter that the SDK for JavaScript has for ECS against a server of its own. Writes
// "PASSED FAILED" into the file that DRYDOCK_RESULTS names. What meets an operation that tests/contract/pending.json
// lists as without behaviour is neither; that file must be right, so nothing is forgotten.
import * as ecs from '@aws-sdk/client-ecs';
import { readFileSync, writeFileSync } from 'node:fs';
import { paginators } from './paginators.mjs';
import { startServer } from './server.mjs';
import { waiters } from './waiters.mjs';
import { World } from './world.mjs';

const pending = new Set(
  JSON.parse(readFileSync(new URL('../contract/pending.json', import.meta.url), 'utf8')).operations);
const counts = { passed: 0, failed: 0, pending: 0 };

/** The operation without behaviour that an error tells of; undefined for any other error. */
function awaited(error) {
  const text = `${error.message} ${error.cause?.message ?? ''}`;
  const name = /(\w+) is part of the ECS API, but Drydock does not implement it yet/.exec(text)?.[1];
  return pending.has(name) ? name : undefined;
}

async function test(name, run, world) {
  if (run === undefined) {
    counts.failed += 1;
    console.log(`failed: ${name}: the SDK has it, but no test uses it`);
    return;
  }
  try {
    await run(world);
    counts.passed += 1;
  } catch (error) {
    const operation = awaited(error);
    counts[operation ? 'pending' : 'failed'] += 1;
    console.log(operation ? `pending: ${name} awaits ${operation}` : `failed: ${name}: ${error.stack}`);
  }
}

const server = await startServer('--instances-in', 'all', '--log-level', 'warn');
try {
  const world = new World(server.url);
  for (const exported of Object.keys(ecs).sort()) {
    if (exported.startsWith('paginate')) await test(exported, paginators[exported.slice('paginate'.length)], world);
    if (exported.startsWith('waitUntil')) await test(exported, waiters[exported.slice('waitUntil'.length)], world);
  }
} finally {
  await server.close();
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.pending} await behaviour`);
if (process.env.DRYDOCK_RESULTS) writeFileSync(process.env.DRYDOCK_RESULTS, `${counts.passed} ${counts.failed}\n`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
