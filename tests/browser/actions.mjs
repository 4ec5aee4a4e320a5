// What a person does in the console, and what comes of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openPage } from './browser.mjs';
import { test } from './suite.mjs';

const service = async ({ call }, name) => (await call('DescribeServices', { cluster: 'harbour', services: [name] })).services[0];

export async function testActions(browser, url, api) {
  const { call, until, admin } = api;
  const { page, problems, close } = await openPage(browser, url);
  const at = (path) => page.goto(`${url}/console${path}`);
  const dialog = page.locator('dialog');
  /** Presses a button that opens a dialog, fills it in, takes the command it shows, and agrees. */
  const act = async (button, fields, agree) => {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    for (const [label, value] of Object.entries(fields)) {
      const field = dialog.getByLabel(label, { exact: false }).first();
      if (await field.evaluate((element) => element.tagName === 'SELECT')) await field.selectOption(value);
      else await field.fill(value);
    }
    const command = await dialog.locator('pre').textContent();
    await dialog.getByRole('button', { name: agree, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    return command;
  };

  await test('scaling a service, shown without loading the page again', async () => {
    await at('/clusters/harbour/services/worker');
    await page.evaluate(() => { window.here = true; });
    const command = await act('Scale', { 'Desired count': '5' }, 'Scale');
    assert.equal(command, `aws --endpoint-url ${url} ecs update-service --cluster harbour --service worker --desired-count 5`);
    await page.getByText('5 of 5 running').waitFor();
    assert.equal((await service(api, 'worker')).desiredCount, 5);
    assert.equal(await page.evaluate(() => window.here), true);
  });

  await test('the command shown for the aws CLI does the same', async () => {
    const [program, ...words] = `aws --endpoint-url ${url} ecs update-service --cluster harbour --service worker --desired-count 3`.split(' ');
    execFileSync(program, words, { env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1', AWS_PAGER: '' } });
    // What others change is shown as well.
    await page.getByText('3 of 3 running').waitFor({ timeout: 10_000 });
  });

  await test('running a task', async () => {
    await at('/clusters/harbour/tasks');
    const command = await act('Run task', { 'Task definition': 'worker', 'How many': '2' }, 'Run');
    assert.match(command, /ecs run-task --cluster harbour --task-definition worker --count 2/);
    await until('they run', async () => (await call('ListTasks', { cluster: 'harbour', family: 'worker' })).taskArns.length === 5);
  });

  await test('a refusal says why, in the dialog', async () => {
    await at('/clusters/harbour/tasks');
    await page.getByRole('button', { name: 'Run task' }).click();
    await dialog.getByLabel('Task definition').selectOption('giant');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByRole('alert').getByText('RESOURCE:CPU').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // The record of that call is on the page, with the rule marked.
    await page.getByText('What is held back in this cluster').click();
    await page.locator('mark', { hasText: 'RESOURCE:CPU' }).first().waitFor();
  });

  await test('stopping a task', async () => {
    const { taskArns } = await call('ListTasks', { cluster: 'harbour', family: 'worker' });
    await at(`/clusters/harbour/tasks/${taskArns[0].split('/').pop()}`);
    await act('Stop', { Reason: 'enough' }, 'Stop');
    await page.getByText('enough').first().waitFor();
    await page.locator('h1 .badge', { hasText: 'STOPPED' }).waitFor();
  });

  await test('draining an instance, and taking it back', async () => {
    const { containerInstanceArns } = await call('ListContainerInstances', { cluster: 'harbour' });
    await at(`/clusters/harbour/instances/${containerInstanceArns[0].split('/').pop()}`);
    await act('Drain', {}, 'Drain');
    await page.locator('h1 .badge', { hasText: 'DRAINING' }).waitFor();
    await act('Activate', {}, 'Activate');
    await page.locator('h1 .badge', { hasText: 'ACTIVE' }).waitFor();
  });

  await test('a deployment, seen from its beginning to its end', async () => {
    await admin('behaviours/slow', 'PUT', { image: 'shop/front:1.4', 'pull-for': 3600 });
    await at('/clusters/harbour/services/web/deployments');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    assert.match(await dialog.locator('pre').textContent(), /ecs stop-service-deployment --service-deployment-arn \S+ --stop-type ROLLBACK/);
    await dialog.getByRole('button', { name: 'Stop it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.past .badge', { hasText: 'ROLLBACK SUCCESSFUL' }).waitFor({ timeout: 15_000 });
    await admin('behaviours/slow', 'DELETE');
    await act('Deploy', { 'Task definition': 'web:2' }, 'Deploy');
    await page.locator('.past li', { hasText: 'web:2' }).locator('.badge', { hasText: /^SUCCESSFUL$/ }).waitFor({ timeout: 30_000 });
  });

  await test('a fault, injected and ended', async () => {
    await at('/lab');
    await page.getByLabel('Fault').first().selectOption('throttling');
    await page.getByLabel('operation').fill('RegisterTaskDefinition');
    await page.getByRole('button', { name: 'Inject' }).click();
    await page.getByRole('button', { name: /^End fault-/ }).waitFor();
    await assert.rejects(call('RegisterTaskDefinition', { family: 'x', containerDefinitions: [{ name: 'x', image: 'x', memory: 4 }] }), /ThrottlingException/);
    await page.getByRole('button', { name: /^End fault-/ }).click();
    await page.getByText('Nothing is made to go wrong').waitFor();
  });

  await test('what a task definition asks for in vain', async () => {
    await call('RegisterTaskDefinition', { family: 'vain', containerDefinitions: [{ name: 'x', image: 'x', memory: 4 }] });
    await call('RegisterTaskDefinition', { family: 'vain', enableFaultInjection: true, containerDefinitions: [{ name: 'x', image: 'x', memory: 4 }] });
    await at('/task-definitions/vain/2');
    await page.locator('.why', { hasText: 'no fault injection endpoints' }).waitFor();
    await page.getByRole('link', { name: 'revision 1' }).click();
    await page.locator('.why').waitFor({ state: 'detached' });
  });

  await test('the keyboard: search, list, tabs, help', async () => {
    await at('/');
    await page.getByRole('link', { name: 'harbour' }).waitFor();
    // What is typed right after the keys, before another frame is drawn, already goes into the search.
    assert.equal(await page.evaluate(async () => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }));
      await new Promise((done) => setTimeout(done, 0));
      return document.activeElement.getAttribute('placeholder');
    }), 'A cluster, service, daemon, task or task definition');
    await page.keyboard.type('giant');
    await dialog.getByRole('option', { name: /giant service in harbour/ }).waitFor();
    while (!(await dialog.locator('[aria-selected=true]').textContent()).includes('service in')) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/clusters/harbour/services/giant');
    await page.locator('.tabs [aria-current]').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL('**/services/giant/events');
    await page.mouse.click(700, 860);
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/task-definitions');
    await page.getByRole('link', { name: 'giant' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'once');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/task-definitions/once');
    await page.keyboard.press('?');
    await dialog.getByText('task definitions').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('link', { name: 'giant' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('work');
    await page.waitForFunction(() => document.querySelectorAll('.rows .row').length === 1);
  });

  await test('the theme is chosen and remembered', async () => {
    await at('/');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: /^Colours/ }).click();
    assert.equal(await ground(), light);
    await page.getByRole('button', { name: /^Colours/ }).click();
    assert.notEqual(await ground(), light);
    await page.reload();
    assert.notEqual(await ground(), light);
  });

  await test('another account is a world of its own', async () => {
    const { status } = await fetch(url, {
      method: 'POST', body: '{"clusterName": "elsewhere"}',
      headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'AmazonEC2ContainerServiceV20141113.CreateCluster',
        Authorization: `AWS4-HMAC-SHA256 Credential=123456789012/20250101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}` } });
    assert.equal(status, 200);
    await at('/');
    await page.getByLabel('Account and region').selectOption('123456789012 eu-west-1');
    await page.getByRole('link', { name: 'elsewhere' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'harbour' }).count(), 0);
  });

  await test('a page without the token changes nothing, from whatever port', async () => {
    const refused = (headers) => fetch(url, { method: 'POST', body: '{}', headers: {
      'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'AmazonEC2ContainerServiceV20141113.CreateCluster', ...headers } });
    for (const headers of [{ Origin: url }, { Origin: 'http://localhost:3000' }, { 'Sec-Fetch-Site': 'same-origin' }, { Origin: url, 'X-Drydock-Token': 'guess' }]) {
      assert.equal((await refused(headers)).status, 403, JSON.stringify(headers));
    }
    const inPage = await page.evaluate(() => fetch('/_drydock/reset', { method: 'POST', headers: { 'Content-Type': 'application/json' } }).then(({ status }) => status));
    assert.equal(inPage, 403);
    problems.length = 0; // the browser's word for that
  });

  await test('a page from before a restart finds its way by itself', async () => {
    let stale = 0;
    await page.route('**/console/task-definitions', async (route) => {
      const response = await route.fetch();
      const body = await response.text();
      await route.fulfill({ response, body: stale++ ? body : body.replace(/token&quot;:&quot;[^&]*/, 'token&quot;:&quot;of-the-server-before') });
    });
    await at('/task-definitions');
    await page.getByRole('heading', { name: 'Task definitions' }).waitFor();
    await page.waitForFunction(() => sessionStorage.getItem('drydock.reloaded') !== null && !document.querySelector('.problem') && document.querySelector('.empty, .rows'));
    assert.equal(stale, 2);
    problems.length = 0; // the refusals
  });

  await test('nothing went wrong meanwhile', () => {
    assert.deepEqual(problems.filter((problem) => !/\/_drydock\/events/.test(problem)), []);
  });
  await close();
}

/** With virtual time. */
export async function testTime(browser, url, api) {
  const { page, close } = await openPage(browser, url);
  await test('virtual time is moved by a button, and a task with it', async () => {
    await api.call('CreateCluster', {});
    await api.call('RegisterTaskDefinition', { family: 'long', containerDefinitions: [{ name: 'c', image: 'i', memory: 64, dockerLabels: { 'drydock.simulated.run-for': '540' } }] });
    await api.call('RunTask', { taskDefinition: 'long' });
    await page.goto(`${url}/console/lab`);
    await page.getByRole('button', { name: '+10m', exact: true }).click();
    await page.getByText('Moved by 600 s').waitFor();
    assert.equal((await api.admin('clock')).now, '2025-01-01T00:10:00.000Z');
    await page.locator('.virtual', { hasText: '2025-01-01 00:10:00' }).waitFor();
    const [arn] = (await api.call('ListTasks', { desiredStatus: 'STOPPED' })).taskArns;
    await page.goto(`${url}/console/clusters/default/tasks/${arn.split('/').pop()}`);
    await page.locator('.timeline li', { hasText: 'running' }).getByText('9 min').waitFor();
  });
  await close();
}
