// A list of tests that are counted: "PASSED FAILED" goes into the file that DRYDOCK_RESULTS names.
import { writeFileSync } from 'node:fs';

const counts = { passed: 0, failed: 0 };

export async function test(name, run) {
  try {
    await run();
    counts.passed += 1;
  } catch (error) {
    counts.failed += 1;
    console.log(`failed: ${name}: ${error.stack}`);
  }
}

/** Says what came out and ends the process. */
export function finish() {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  if (process.env.DRYDOCK_RESULTS) writeFileSync(process.env.DRYDOCK_RESULTS, `${counts.passed} ${counts.failed}\n`);
  process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
}
