// Runs every paginator and waiter that the SDK for JavaScript has for ECS against a server of its own. Writes
// "PASSED FAILED" into the file that DRYDOCK_RESULTS names.
import * as ecs from '@aws-sdk/client-ecs';
import { writeFileSync } from 'node:fs';
import { paginators } from './paginators.mjs';
import { startServer } from './server.mjs';
import { waiters } from './waiters.mjs';
import { World } from './world.mjs';

const counts = { passed: 0, failed: 0 };

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
    counts.failed += 1;
    console.log(`failed: ${name}: ${error.stack}`);
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
console.log(`${counts.passed} passed, ${counts.failed} failed`);
if (process.env.DRYDOCK_RESULTS) writeFileSync(process.env.DRYDOCK_RESULTS, `${counts.passed} ${counts.failed}\n`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
