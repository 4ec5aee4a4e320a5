// Every page in both widths and both themes: it shows what it should, nothing goes wrong on it, it fits its window, and
// axe-core has no objection. Pictures for the docs are taken on the way (DRYDOCK_PICTURES=1).
import assert from 'node:assert/strict';
import { accessibility, openPage, overflow, picture } from './browser.mjs';
import { test } from './suite.mjs';

const idOf = (arn) => arn.split('/').pop();

/** Path, a text that must come to be seen, and perhaps the name of a picture. */
export async function harbourPages({ call }, once) {
  const first = async (input) => idOf((await call('ListTasks', { cluster: 'harbour', ...input })).taskArns[0]);
  const web = await first({ serviceName: 'web' });
  const worker = await first({ serviceName: 'worker' });
  const instance = idOf((await call('ListContainerInstances', { cluster: 'harbour' })).containerInstanceArns[0]);
  return [
    ['/', 'harbour'],
    ['/clusters/harbour', 'worker'],
    ['/clusters/harbour/tasks', 'family:once|once:1'],
    ['/clusters/harbour/instances', 'us-east-1c', 'instances'],
    ['/clusters/harbour/configuration', 'Tag team'],
    ['/clusters/harbour/services/web', 'minimum 4', 'deployment'],
    ['/clusters/harbour/services/web/events', 'has reached a steady state'],
    ['/clusters/harbour/services/web/deployments', 'Circuit breaker'],
    ['/clusters/harbour/services/web/instances', 'us-east-1a'],
    ['/clusters/harbour/services/web/configuration', '50% to 150%'],
    ['/clusters/harbour/services/shop/deployments', '100% to the new revision', 'blue-green'],
    ['/clusters/harbour/services/giant', 'RESOURCE:CPU', 'why'],
    [`/clusters/harbour/tasks/${web}`, 'shop/metrics:2', 'task'],
    [`/clusters/harbour/tasks/${idOf(once)}`, 'Essential container in task exited'],
    [`/clusters/harbour/tasks/${worker}/logs`, 'job 1 done'],
    [`/clusters/harbour/tasks/${web}/shell`, 'Open shell'],
    [`/clusters/harbour/tasks/${web}/why`, 'Nothing holds it back'],
    [`/clusters/harbour/tasks/${web}/metadata`, '"taskArn"'],
    [`/clusters/harbour/instances/${instance}`, 'ecs.availability-zone'],
    ['/clusters/harbour/tasks/0123456789abcdef0123456789abcdef', 'No task of this id'],
    ['/task-definitions', 'giant'],
    ['/task-definitions/web', 'revision 1'],
    ['/task-definitions/web/2?with=1', '"image": "shop/front:1.3"'],
    ['/events', 'Events'],
    ['/lab', 'Make something go wrong'],
    ['/no/such/page', 'There is no such page'],
    ['/clusters/nowhere/services/none', 'Cluster not found'], // asks again and again: the last one
  ];
}

/** The same of the yard. */
export async function yardPages({ call }) {
  const [task] = (await call('ListTasks', { cluster: 'yard', daemonName: 'watch' })).taskArns;
  const { containerInstanceArn } = (await call('DescribeTasks', { cluster: 'yard', tasks: [task] })).tasks[0];
  return [
    ['/clusters/yard/capacity', 'CapacityProviderReservation 133', 'capacity'],
    ['/clusters/yard/instances', 'us-east-1a'],
    [`/clusters/yard/instances/${idOf(containerInstanceArn)}`, 'machines'],
    ['/clusters/yard/services/queue/scaling', 'AlreadyAtMaxCapacity', 'scaling'],
    ['/clusters/yard/services/tug/scaling', 'it is no scalable target'],
    ['/clusters/yard/services/crane/configuration', 'base 0, weight 1'],
    ['/clusters/yard/daemons', '2 of 3'],
    ['/clusters/yard/daemons/watch', '1008 of 1024 left', 'daemon'],
    ['/clusters/yard/daemons/watch/deployments', 'Deployment completed successfully'],
    ['/clusters/yard/daemons/watch/configuration', '"image": "yard/watch:1"'],
    [`/clusters/yard/tasks/${idOf(task)}`, 'Daemon'],
    ['/clusters/empty/capacity', 'This cluster has no capacity providers'],
    ['/clusters/empty/daemons', 'No daemons in this cluster'],
    ['/clusters/yard/daemons/none', 'There is no daemon none'],
  ];
}

/** A page asks for what is not there on purpose. */
const expected = (problem, at) => at.includes('nowhere') && /console: .* 400 /.test(problem);

export async function testPages(browser, url, pages) {
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [380, 'light']]) {
    const { page, problems, close } = await openPage(browser, url, { viewport: { width, height: width > 400 ? 900 : 780 }, colorScheme });
    for (const [at, text, name] of pages) {
      await test(`${at} at ${width} px, ${colorScheme}`, async () => {
        await page.goto(`${url}/console${at}`);
        await page.waitForFunction((wanted) => new RegExp(wanted).test(document.getElementById('main')?.textContent ?? ''),
          text.includes('|') ? text : text.replace(/[.*+?^${}()[\]\\]/g, '\\$&'));
        assert.equal(await overflow(page), null);
        assert.deepEqual(await accessibility(page), []);
        assert.deepEqual(problems.splice(0).filter((problem) => !expected(problem, at)), []);
        const dark = colorScheme === 'dark';
        if (name && width > 400 && process.env.DRYDOCK_PICTURES && dark === (name === 'task')) {
          await page.screenshot({ path: picture(name), scale: 'css' });
        }
      });
    }
    await close();
  }
}
