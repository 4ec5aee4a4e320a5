// The console with real containers: their logs, and a shell in one of them.
import assert from 'node:assert/strict';
import { openPage, picture } from './browser.mjs';
import { test } from './suite.mjs';

const IMAGE = 'drydock-test/busybox'; // tests/docker/make_images.sh

export async function testContainers(browser, url, { call, until }) {
  await call('CreateCluster', { clusterName: 'quay' });
  await call('CreateLogGroup', { logGroupName: '/quay' }, 'logs');
  await call('RegisterTaskDefinition', {
    family: 'shell', taskRoleArn: 'arn:aws:iam::000000000000:role/shell',
    containerDefinitions: [{ name: 'app', image: IMAGE, memory: 64, stopTimeout: 2, command: ['sh', '-c', 'i=0; while true; do echo line $i; i=$((i+1)); sleep 0.3; done'],
      environment: [{ name: 'SHIP', value: 'Drydock' }], portMappings: [{ containerPort: 80 }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/quay', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'q' } } }] });
  await until('a container instance', async () => (await call('ListContainerInstances', { cluster: 'quay' })).containerInstanceArns.length > 0);
  const { tasks } = await call('RunTask', { cluster: 'quay', taskDefinition: 'shell', enableExecuteCommand: true });
  const arn = tasks[0].taskArn;
  const running = async () => {
    const task = (await call('DescribeTasks', { cluster: 'quay', tasks: [arn] })).tasks[0];
    return task.lastStatus === 'RUNNING' && task.containers[0].managedAgents?.[0]?.lastStatus === 'RUNNING';
  };
  await until('the task runs', running, 60);
  const { page, problems, close } = await openPage(browser, url);
  const at = `${url}/console/clusters/quay/tasks/${arn.split('/').pop()}`;

  await test('the task page shows a real container', async () => {
    await page.goto(at);
    await page.locator('.card', { hasText: IMAGE }).getByText('RUNNING', { exact: true }).waitFor();
    await page.locator('.card .port', { hasText: '80/tcp' }).waitFor();
  });

  await test('its log is followed', async () => {
    await page.goto(`${at}/logs`);
    const log = page.getByRole('log');
    await log.getByText('line 0').waitFor();
    const before = await log.locator('div').count();
    await page.waitForFunction((count) => document.querySelectorAll('[role=log] div').length > count + 4, before);
    assert.ok(await log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 8), 'its end is in sight');
  });

  await test('a shell in it', async () => {
    await page.goto(`${at}/shell`);
    await page.getByRole('button', { name: 'Open shell' }).click();
    const screen = page.locator('.xterm-rows');
    await screen.getByText('~ #').first().waitFor();
    await page.keyboard.type('echo $SHIP-$((6*7))\n');
    await screen.getByText('Drydock-42').waitFor();
    await page.keyboard.type('stty size\n');
    const size = await page.waitForFunction(() => /(\d+) (\d+)/.exec([...document.querySelectorAll('.xterm-rows > div')].map((row) => row.textContent).find((text) => /^\d+ \d+\s*$/.test(text)) ?? '')?.[0]);
    assert.notEqual(await size.jsonValue(), '24 80', 'the terminal has the size of its place on the page');
    if (process.env.DRYDOCK_PICTURES) await page.screenshot({ path: picture('shell'), scale: 'css' });
    await page.keyboard.type('exit\n');
    await page.getByText('The session has ended').waitFor();
    await page.getByRole('button', { name: 'Open again' }).click();
    await screen.getByText('~ #').first().waitFor();
  });

  await test('nothing went wrong meanwhile', () => {
    assert.deepEqual(problems.filter((problem) => !/\/_drydock\/events/.test(problem)), []);
  });
  await close();
  await call('StopTask', { cluster: 'quay', task: arn });
  await until('the task is gone', async () => (await call('DescribeTasks', { cluster: 'quay', tasks: [arn] })).tasks[0].lastStatus === 'STOPPED');
}
