// The console on the stream of changes (docs/events.md): a stand-in between browser and server sends what the test says,
// when it says so, and everything else is the server's.
import assert from 'node:assert/strict';
import http from 'node:http';
import { openPage } from './browser.mjs';
import { test } from './suite.mjs';

const event = (sequence, type, detail) => ({ sequence, event: { time: '2025-01-01T00:00:00Z', 'detail-type': type, resources: [detail.taskArn], detail } });
const HISTORY = [
  event(1, 'ECS Task State Change', { taskArn: 'arn:aws:ecs:us-east-1:000000000000:task/harbour/a1', lastStatus: 'PENDING', desiredStatus: 'RUNNING' }),
  event(2, 'ECS Task State Change', { taskArn: 'arn:aws:ecs:us-east-1:000000000000:task/harbour/a1', lastStatus: 'STOPPED', desiredStatus: 'STOPPED', stoppedReason: 'adrift' }),
];

async function standIn(url) {
  const readers = new Set();
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url);
    if (request.url.startsWith('/_drydock/events/history')) {
      const since = Number(new URL(request.url, url).searchParams.get('since'));
      const events = HISTORY.filter(({ sequence }) => sequence > since);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ events, next: 2, oldest: 1, latest: 2, more: false }));
    } else if (request.url.startsWith('/_drydock/events')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': drydock\n\n');
      readers.add(response);
      response.on('close', () => readers.delete(response));
    } else {
      const onward = http.request(url + request.url, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tell = (changes) => readers.forEach((reader) => reader.write(`event: change\ndata: ${JSON.stringify({ changes })}\n\n`));
  return {
    url: `http://127.0.0.1:${server.address().port}`, readers, asked, tell,
    drop: () => readers.forEach((reader) => reader.destroy()),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function testStream(browser, url, { call, until }) {
  const stand = await standIn(url);
  const { page, problems, close } = await openPage(browser, stand.url);
  const running = async (count) => until(`${count} run`, async () => (await call('DescribeServices', { cluster: 'harbour', services: ['worker'] })).services[0].runningCount === count);
  const arn = 'arn:aws:ecs:us-east-1:000000000000:service/harbour/worker';
  const cluster = 'arn:aws:ecs:us-east-1:000000000000:cluster/harbour';
  const scale = (desiredCount) => call('UpdateService', { cluster: 'harbour', service: 'worker', desiredCount });

  await test('what the stream tells is read again, and nothing else', async () => {
    await scale(2);
    await running(2);
    await page.goto(`${stand.url}/console/clusters/harbour/services/worker`);
    await page.getByText('2 of 2 running').waitFor();
    await page.locator('.connection.live').waitFor();
    assert.equal(stand.readers.size, 1);
    const stream = new URL(stand.asked.find((path) => path.startsWith('/_drydock/events')), url);
    assert.deepEqual(Object.fromEntries(stream.searchParams), { changes: 'only', account: '000000000000', region: 'us-east-1' });
    await scale(4);
    await running(4);
    // Of another cluster: nothing on this page has to be asked for.
    const before = stand.asked.length;
    stand.tell([{ kind: 'service', arn: arn.replaceAll('harbour', 'elsewhere'), cluster: cluster.replace('harbour', 'elsewhere') }]);
    stand.tell([{ kind: 'service', arn, cluster }]);
    await page.getByText('4 of 4 running').waitFor();
    assert.ok(!stand.asked.slice(before).includes('/_drydock/health'), 'nothing is polled');
  });

  await test('the task that changed is described again, by itself', async () => {
    const { taskArns } = await call('ListTasks', { cluster: 'harbour', serviceName: 'worker' });
    await page.goto(`${stand.url}/console/clusters/harbour/tasks`);
    await page.getByRole('searchbox').fill(taskArns[0].split('/').pop());
    const row = page.locator('.rows .row');
    await row.getByText('RUNNING', { exact: true }).waitFor();
    await page.locator('.connection.live').waitFor();
    await call('StopTask', { cluster: 'harbour', task: taskArns[0] });
    await until('it is stopped', async () => (await call('DescribeTasks', { cluster: 'harbour', tasks: [taskArns[0]] })).tasks[0].lastStatus === 'STOPPED');
    const alone = (request) => request.headers()['x-amz-target']?.endsWith('.DescribeTasks') && JSON.parse(request.postData()).tasks.join() === taskArns[0];
    let described = false;
    page.on('request', (request) => { described ||= alone(request); });
    // Told while the page still reads all of them, the task is among these.
    await until('it is described by itself', () => {
      stand.tell([{ kind: 'task', arn: taskArns[0], cluster, service: arn }]);
      return described;
    });
    await row.getByText('STOPPED', { exact: true }).waitFor();
  });

  await test('after a lost connection everything is read again', async () => {
    await page.goto(`${stand.url}/console/clusters/harbour/services/worker`);
    await page.locator('.connection.live').waitFor();
    stand.drop();
    await page.locator('.connection.lost').waitFor();
    await scale(1);
    await running(1);
    await page.locator('.connection.live').waitFor({ timeout: 15_000 });
    await page.getByText('1 of 1 running').waitFor();
  });

  await test('the events of the past, the newest first', async () => {
    problems.length = 0;
    await page.goto(`${stand.url}/console/events`);
    const rows = page.locator('.rows .row');
    await rows.first().getByText('adrift').waitFor();
    assert.equal(await rows.count(), 2);
    await rows.first().click();
    await page.locator('dialog').getByText('"stoppedReason": "adrift"').waitFor();
    assert.deepEqual(problems, []);
  });
  await close();
  stand.close();
}
