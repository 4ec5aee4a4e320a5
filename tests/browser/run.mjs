// Chromium drives every page of the console against real servers with simulated instances. With --docker: against
// containers of the engine at DOCKER_HOST. Writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names.
import { startServer } from '../clients-js/server.mjs';
import { testActions, testTime } from './actions.mjs';
import { apiOf } from './api.mjs';
import { launch } from './browser.mjs';
import { testContainers } from './containers.mjs';
import { beginDeployment, buildHarbour } from './harbour.mjs';
import { testMany } from './many.mjs';
import { harbourPages, testPages, yardPages } from './pages.mjs';
import { testStream } from './stream.mjs';
import { finish } from './suite.mjs';
import { buildYard, SERVER } from './yard.mjs';
import { testYard } from './yard_live.mjs';

const ZONES = ['--simulated-instances', '6', '--simulated-zones', 'us-east-1a,us-east-1b,us-east-1c', '--simulated-sizes', '2048:3884,1024:1900'];
const EVERYWHERE = ['--instances-in', 'all', '--log-level', 'warn'];

async function withServer(options, run) {
  const server = await startServer(...EVERYWHERE, ...options);
  try {
    await run(server.url, apiOf(server.url));
  } finally {
    await server.close();
  }
}

const browser = await launch();
const only = process.argv[2];
if (only === '--docker') {
  await withServer(['--runtime', 'docker', '--docker-socket', process.env.DOCKER_HOST.replace('unix://', '')], (url, api) => testContainers(browser, url, api));
} else {
  await withServer(ZONES, async (url, api) => {
    const { once } = await buildHarbour(api);
    await beginDeployment(api);
    if (only !== '--actions') await testPages(browser, url, await harbourPages(api, once));
    await testActions(browser, url, api);
    await testStream(browser, url, api);
  });
  await withServer(SERVER, async (url, api) => {
    const { refused } = await buildYard(api);
    if (only !== '--actions') await testPages(browser, url, await yardPages(api));
    await testYard(browser, url, api, refused);
  });
  await withServer(['--clock', 'virtual'], (url, api) => testTime(browser, url, api));
  await withServer(['--simulated-instances', '100', '--simulated-sizes', '100000:100000'], (url, api) => testMany(browser, url, api));
}
await browser.close();
finish();
