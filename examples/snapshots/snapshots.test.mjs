import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CreateClusterCommand, DeleteClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';

import { startDrydock } from '../../testing/node/drydock.mjs';

let drydock;
before(async () => { drydock = await startDrydock({ options: ['--clock', 'virtual'] }); });
after(() => drydock.stop());

test('every world is what it was at the snapshot', async () => {
  const ecs = new ECSClient(drydock.world().clientConfig);
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  const base = await drydock.snapshot();
  const began = await drydock.clock();
  for (let time = 0; time < 2; time += 1) {
    await drydock.clock({ advance: '1h' });
    await ecs.send(new DeleteClusterCommand({ cluster: 'shop' }));
    await drydock.restore(base);
  }
  const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['shop'] }));
  assert.deepEqual(clusters.map(({ status }) => status), ['ACTIVE']);
  assert.deepEqual(await drydock.clock(), began);
  assert.notEqual(await drydock.snapshot(), base);
});

test('a name that is not known is an error', async () => {
  await assert.rejects(drydock.restore('never'), /No snapshot has this name/);
});
