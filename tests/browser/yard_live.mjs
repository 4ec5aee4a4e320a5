// Capacity, scaling and daemons in the console: what the pages say is what is there, what changes is shown without loading
// again, and actions do what the aws CLI's command beside them does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { openPage } from './browser.mjs';
import { test } from './suite.mjs';

const AWS = { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1', AWS_PAGER: '' };
const QUEUE = { ServiceNamespace: 'ecs', ResourceId: 'service/yard/queue', ScalableDimension: 'ecs:service:DesiredCount' };
const idOf = (arn) => arn.split('/').pop();

/** The words of each row of a table. */
const rowsOf = (table) => table.locator('.rows [role=row]').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
/** What a list of facts says, by name. */
async function factsOf(place) {
  const facts = place.locator('.facts > div');
  await facts.first().waitFor();
  return facts.evaluateAll((all) => Object.fromEntries(all.map((fact) => [fact.children[0].textContent, fact.children[1].textContent])));
}

function toolsOf(page, url) {
  const dialog = page.locator('dialog');
  return {
    at: async (path) => {
      await page.goto(`${url}/console${path}`);
      await page.locator('.connection.live').waitFor();
      await page.evaluate(() => { window.here = true; });
    },
    stayed: () => page.evaluate(() => window.here),
    /** Presses a button that opens a dialog, fills it in, takes the command it shows, and agrees. */
    act: async (button, fields, agree) => {
      await button.click();
      for (const [label, value] of Object.entries(fields)) {
        const field = dialog.getByLabel(label).first();
        const kind = await field.evaluate((element) => (element.tagName === 'SELECT' ? 'select' : element.type));
        if (kind === 'select') await field.selectOption(value);
        else if (kind === 'checkbox') await field.setChecked(value);
        else await field.fill(value);
      }
      const command = await dialog.locator('pre').textContent();
      await dialog.getByRole('button', { name: agree, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      return command;
    },
  };
}

async function testCapacity(page, { at, act, stayed }, { call, admin, advance }) {
  const web = page.getByRole('region', { name: 'web', exact: true });
  const machines = page.getByRole('region', { name: 'machines', exact: true });
  const table = (panel) => panel.getByRole('table');

  await test('capacity providers with their scaling, their groups and their machines', async () => {
    await at('/clusters/yard/capacity');
    await web.getByText('In cluster yard 4 instances needed, 3 there: CapacityProviderReservation 133.').waitFor();
    await table(machines).waitFor();
    const facts = await factsOf(web);
    assert.deepEqual({ ...facts, Reservation: facts.Reservation.split(' at ')[0] }, {
      Kind: 'Auto Scaling group', 'Default strategy': 'base 2, weight 1', 'Managed scaling': 'enabled, target 80%', Steps: '1 to 10000 machines', Warmup: '5 min',
      'Termination protection': 'enabled', 'Managed draining': 'enabled', Reservation: '133%', Group: 'web-asg, 1024 CPU units and 1024 MiB each' });
    await web.getByText('minimum 1 · desired 3 · maximum 3').waitFor();
    await web.getByText('The group web-asg is at its maximum of 3 instances.').waitFor();
    const group = await admin('instance-groups/web-asg');
    assert.deepEqual((await rowsOf(table(web))).map((row) => row.slice(0, 4)), group.machines.map(({ instanceId }) => [instanceId, 'REGISTERED', 'ACTIVE', '2']));
    assert.equal((await factsOf(machines)).Kind, 'managed instances');
    assert.deepEqual((await rowsOf(table(machines))).map((row) => row[1]), ['REGISTERED', 'REGISTERED', 'of no group']);
    assert.equal((await factsOf(page.getByRole('region', { name: 'FARGATE', exact: true }))).Kind, 'Fargate');
  });

  await test('a machine is launched, registers and goes, as it happens', async () => {
    await admin('instance-groups/web-asg', 'PUT', { maximum: 4, startup: 90 });
    await advance('1m');
    await table(web).getByText('LAUNCHED').waitFor();
    await web.getByText('minimum 1 · desired 4 · maximum 4').waitFor();
    await web.getByText('1 machine not registered yet.').waitFor();
    await advance('2m');
    await web.getByText('In cluster yard 4 instances needed, 4 there: CapacityProviderReservation 100.').waitFor();
    await table(web).getByText('LAUNCHED').waitFor({ state: 'detached' });
    assert.deepEqual((await rowsOf(table(web))).map((row) => row[1]), Array(4).fill('REGISTERED'));
    // The machine that is no longer needed goes after a minute (--pace fast).
    await call('UpdateService', { cluster: 'yard', service: 'tug', desiredCount: 2 });
    await advance('20m');
    const left = (await admin('instance-groups/web-asg')).machines.map(({ instanceId }) => instanceId);
    assert.ok(left.length < 4, left.join());
    await page.waitForFunction((count) => document.querySelectorAll('section[aria-label=web] .rows [role=row]').length === count, left.length);
    assert.deepEqual((await rowsOf(table(web))).map(([id]) => id), left);
    assert.equal(await stayed(), true);
  });

  await test('changing managed scaling, as the command shown would', async () => {
    const command = await act(web.getByRole('button', { name: 'Change' }), { 'Target capacity': '100', 'Managed termination protection': 'DISABLED' }, 'Change');
    assert.match(command, /^aws --endpoint-url \S+ ecs update-capacity-provider --name web --auto-scaling-group-provider '\{/);
    await advance('1m');
    await web.getByText('enabled, target 100%').waitFor();
    const shown = async () => (await call('DescribeCapacityProviders', { capacityProviders: ['web'] })).capacityProviders[0].autoScalingGroupProvider;
    assert.deepEqual([(await shown()).managedScaling.targetCapacity, (await shown()).managedTerminationProtection], [100, 'DISABLED']);
    execFileSync('sh', ['-c', command.replace('"targetCapacity":100', '"targetCapacity":90')], { env: AWS });
    assert.equal((await shown()).managedScaling.targetCapacity, 90);
    await advance('1m');
    await web.getByText('enabled, target 90%').waitFor();
  });

  await test('an instance leads to its capacity provider', async () => {
    const { machines: [machine] } = await admin('instance-groups/web-asg');
    await at('/clusters/yard/capacity');
    await table(web).getByRole('link', { name: machine.instanceId }).click();
    await page.waitForURL(`**/instances/${idOf(machine.containerInstanceArn)}`);
    await page.locator('main .facts > div', { hasText: 'Capacity provider' }).waitFor();
    assert.match((await factsOf(page.locator('main')))['Capacity provider'], /web/);
    await page.getByRole('link', { name: 'web', exact: true }).click();
    await page.waitForURL('**/clusters/yard/capacity');
  });
}

async function testScaling(page, { at, act, stayed }, { call, advance }) {
  const activities = page.locator('.past li');
  const texts = async () => (await activities.evaluateAll((items) => items.map((item) => item.querySelector('.section-head > span').textContent.trim())));
  const scaling = (operation, input = {}) => call(operation, { ServiceNamespace: 'ecs', ...input }, 'application-autoscaling');
  const targetOf = async (service) => (await scaling('DescribeScalableTargets', { ResourceIds: [`service/yard/${service}`] })).ScalableTargets[0];

  await test('the scalable target, policies, scheduled actions and activities of a service', async () => {
    await at('/clusters/yard/services/queue/scaling');
    await page.getByText('minimum 1 · desired 4 · running 4 · maximum 4').waitFor();
    assert.equal((await factsOf(page.locator('.panel')))['Suspended'], 'scheduled actions');
    const cpu = await factsOf(page.locator('.card', { hasText: 'target tracking' }));
    assert.deepEqual(cpu, { Metric: 'ECSServiceAverageCPUUtilization', Target: '50', 'Cooldown out': '2 min', Alarms: 'INSUFFICIENT DATA AlarmHighINSUFFICIENT DATA AlarmLow' });
    const backlog = await factsOf(page.locator('.card', { hasText: 'step scaling' }));
    assert.deepEqual([backlog.Steps, backlog.Cooldown], ['0 to 50 past the threshold: +1from 50 past it: +2', '1 min']);
    assert.deepEqual((await rowsOf(page.getByRole('table', { name: 'Scheduled actions' }))), [['morning', 'cron(0 8 * * ? *) Europe/Berlin', '3', '–', '–']]);
    const told = (await scaling('DescribeScalingActivities', { IncludeNotScaledActivities: true })).ScalingActivities;
    const newest = await texts();
    assert.equal(newest.length, told.length);
    assert.equal(newest.at(-1), 'SUCCESSFUL Setting desired count to 4.');
    assert.equal(newest.at(-2), 'NOT SCALED AlreadyAtMaxCapacity at 4, between 1 and 4');
    assert.equal(await activities.last().locator('p').textContent(), 'monitor alarm backlog in state ALARM triggered policy backlog');
    await page.locator('.reasons').getByText('Scheduled actions: Scaling of this kind is suspended.').waitFor();
  });

  await test('bounds are set, and what they let happen is seen', async () => {
    const command = await act(page.locator('section', { hasText: 'Scalable target' }).getByRole('button', { name: 'Change' }), { Maximum: '8', 'Suspend scheduled actions': false }, 'Set');
    await page.getByText('maximum 8').waitFor();
    assert.equal((await targetOf('queue')).SuspendedState.ScheduledScalingSuspended, false);
    execFileSync('sh', ['-c', command.replace('--max-capacity 8', '--max-capacity 7')], { env: AWS });
    await page.getByText('maximum 7').waitFor();
    const before = await activities.count();
    await call('PutMetricData', { Namespace: 'Yard', MetricData: [{ MetricName: 'Jobs', Value: 110 }] }, 'cloudwatch');
    await advance('1m');
    await page.waitForFunction((count) => document.querySelectorAll('.past li').length > count, before);
    await page.getByText('desired 5 · running 5').waitFor();
    assert.ok((await texts()).includes('SUCCESSFUL Setting desired count to 5.'), (await texts()).join('\n'));
    assert.equal(await stayed(), true);
  });

  await test('a service that nothing scales says so, and is given a target, a policy and none again', async () => {
    await at('/clusters/yard/services/crane/scaling');
    await page.getByText('it is no scalable target').waitFor();
    await act(page.getByRole('button', { name: 'Set bounds' }), { Minimum: '2', Maximum: '3' }, 'Set');
    await page.getByText('minimum 2 · desired 2 · running 2 · maximum 3').waitFor();
    await page.locator('.reasons').getByText('The target has no scaling policy').waitFor();
    const command = await act(page.getByRole('button', { name: 'Follow a metric' }), { 'Policy name': 'load', 'Target value': '40' }, 'Add');
    assert.match(command, /application-autoscaling put-scaling-policy --service-namespace ecs --resource-id service\/yard\/crane .*--policy-name load --policy-type TargetTrackingScaling/);
    await page.locator('.card', { hasText: 'load' }).waitFor();
    assert.equal((await scaling('DescribeScalingPolicies', { ResourceId: 'service/yard/crane' })).ScalingPolicies[0].TargetTrackingScalingPolicyConfiguration.TargetValue, 40);
    await act(page.locator('.card', { hasText: 'load' }).getByRole('button', { name: 'Delete' }), {}, 'Delete');
    await page.getByText('No policies.').waitFor();
    await act(page.getByRole('button', { name: 'Remove' }), {}, 'Remove');
    await page.getByText('it is no scalable target').waitFor();
    assert.equal(await targetOf('crane'), undefined);
    // What others change is shown as well.
    await scaling('RegisterScalableTarget', { ...QUEUE, ResourceId: 'service/yard/crane', MinCapacity: 1, MaxCapacity: 9 });
    await page.getByText('maximum 9').waitFor();
    await scaling('DeregisterScalableTarget', { ...QUEUE, ResourceId: 'service/yard/crane' });
    await page.getByText('it is no scalable target').waitFor();
    assert.equal(await stayed(), true);
  });
}

async function testDaemons(page, { at, act, stayed }, { call, admin, advance }, refused) {
  const table = page.getByRole('table', { name: 'Container instances' });
  const wide = (row) => row.slice(0, 4);

  await test('a daemon in the list of its cluster', async () => {
    await at('/clusters/yard/daemons');
    await page.getByRole('link', { name: 'watch' }).waitFor();
    const [row] = await rowsOf(page.getByRole('table', { name: 'Daemons' }));
    assert.deepEqual(row.slice(0, 5).map((text) => text.trim()), ['watch', '2 of 3', 'SUCCESSFUL', 'watch:1', 'machines']);
    await page.getByRole('link', { name: 'watch' }).click();
    await page.waitForURL('**/clusters/yard/daemons/watch');
  });

  await test('where its task runs, and the instance that refuses it with the reason', async () => {
    await page.getByText('Running on 2 of 3 instances').waitFor();
    await table.getByText('REFUSED').waitFor();
    const rows = await rowsOf(table);
    const { containerInstances } = await call('DescribeContainerInstances', { cluster: 'yard', containerInstances: [refused] });
    assert.deepEqual(rows.filter((row) => row[1] === 'REFUSED').map(wide), [[containerInstances[0].ec2InstanceId, 'REFUSED', 'RESOURCE:CPU 1200 CPU units wanted, 1008 of 1024 left', '–']]);
    assert.equal(rows.filter((row) => row[1] === 'RUNNING' && row[3] === 'watch:1').length, 2);
    const { taskArns } = await call('ListTasks', { cluster: 'yard', daemonName: 'watch' });
    const tasks = await rowsOf(page.getByRole('table', { name: 'Tasks' }));
    assert.deepEqual(tasks.map(([id]) => id.slice(0, 12)).sort(), taskArns.map((arn) => idOf(arn).slice(0, 12)).sort());
  });

  await test('an update, from its beginning to its end', async () => {
    await admin('behaviours/quiet', 'PUT', { image: 'yard/watch:2', logs: 'all quiet' });
    await call('RegisterDaemonTaskDefinition', { family: 'watch', containerDefinitions: [{ name: 'watch', image: 'yard/watch:2', cpu: 64, memory: 64 }] });
    await at('/clusters/yard/daemons/watch/deployments');
    const command = await act(page.getByRole('button', { name: 'Update' }), { 'Daemon task definition': 'watch:2', 'Instances at a time': '50', 'Bake time': '5' }, 'Update');
    assert.match(command, /ecs update-daemon --daemon-arn \S+:daemon\/yard\/watch --daemon-task-definition-arn watch:2 --capacity-provider-arns \S+:capacity-provider\/machines --deployment-configuration '\{"drainPercent":50,"bakeTimeInMinutes":5\}'/);
    const current = page.locator('.panel', { hasText: 'To watch:2' });
    await advance('2m');
    await current.locator('.badge', { hasText: 'IN PROGRESS' }).first().waitFor();
    const facts = await factsOf(current);
    assert.deepEqual([facts['At a time'], facts['Bake time']], ['50%', '5 min']);
    await page.getByText('It bakes until').waitFor();
    await advance('40m');
    await page.locator('.past li', { hasText: 'watch:2' }).locator('.badge', { hasText: /^SUCCESSFUL$/ }).waitFor();
    assert.equal(await page.locator('.past li').count(), 2);
    await page.getByText('Running on 3 of 3 instances · watch:2').waitFor();
    await page.locator('.why').waitFor({ state: 'detached' });
    assert.equal(await stayed(), true);
    await page.getByRole('link', { name: 'Instances', exact: true }).click();
    await table.waitFor();
    assert.deepEqual((await rowsOf(table)).map((row) => [row[1], row[3]]), Array(3).fill(['RUNNING', 'watch:2']));
  });

  await test('a task of a daemon has a log, and leads to its daemon', async () => {
    const { taskArns } = await call('ListTasks', { cluster: 'yard', daemonName: 'watch' });
    await at(`/clusters/yard/tasks/${idOf(taskArns[0])}/logs`);
    await page.getByRole('log').getByText('all quiet').waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: 'watch:2' }).waitFor();
    await page.getByRole('link', { name: 'watch', exact: true }).click();
    await page.waitForURL('**/clusters/yard/daemons/watch');
  });

  await test('the search finds it', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('watch');
    await page.getByRole('option', { name: /watch daemon in yard/ }).click();
    await page.waitForURL('**/clusters/yard/daemons/watch');
  });

  await test('deleting it, until it is gone', async () => {
    await at('/clusters/yard/daemons/watch');
    await act(page.getByRole('button', { name: 'Delete' }), {}, 'Delete');
    await page.locator('h1 .badge', { hasText: 'DELETE IN PROGRESS' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Update' }).isDisabled());
    await advance('1h');
    await page.getByText('There is no daemon watch in the cluster yard.').waitFor();
    assert.equal(await stayed(), true);
    assert.deepEqual((await call('ListDaemons', { clusterArn: 'yard' })).daemonSummariesList, []);
  });
}

export async function testYard(browser, url, { call, admin }, refused) {
  const api = { call, admin, advance: (by) => admin('clock', 'POST', { advance: by }) };
  const { page, problems, close } = await openPage(browser, url);
  const tools = toolsOf(page, url);
  await testDaemons(page, tools, api, refused);
  await testScaling(page, tools, api);
  await testCapacity(page, tools, api);
  await test('nothing went wrong meanwhile', () => {
    assert.deepEqual(problems.filter((problem) => !/\/_drydock\/events/.test(problem)), []);
  });
  await close();
}
