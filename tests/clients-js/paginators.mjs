// Every paginator of the SDK, over several pages: each item once, each page as long as asked for.
import * as ecs from '@aws-sdk/client-ecs';
import assert from 'node:assert/strict';

/** All items of a paginator; every page but the last must be full. */
async function collect(world, name, member, pageSize, input) {
  const pages = [];
  for await (const page of ecs[`paginate${name}`]({ client: world.client, pageSize }, input)) pages.push(page[member]);
  assert.ok(pages.length > 1, `${name} gave one page only`);
  for (const page of pages.slice(0, -1)) assert.equal(page.length, pageSize);
  const items = pages.flat();
  assert.equal(new Set(items.map((item) => JSON.stringify(item))).size, items.length, 'an item came twice');
  return items;
}

export const paginators = {
  async ListAccountSettings(world) {
    const settings = await collect(world, 'ListAccountSettings', 'settings', 2, { effectiveSettings: true });
    assert.ok(settings.some((setting) => setting.name === 'containerInsights'));
  },
  async ListAttributes(world) {
    const { cluster, instance } = await world.cluster();
    const attributes = [0, 1, 2, 3, 4].map((i) => ({ name: 'rack', value: `r${i}`, targetId: instance }));
    for (const [i, attribute] of attributes.entries()) {
      await world.send('PutAttributes', { cluster, attributes: [{ ...attribute, name: `rack${i}` }] });
    }
    const found = await collect(world, 'ListAttributes', 'attributes', 2, { cluster, targetType: 'container-instance' });
    assert.equal(found.filter((attribute) => attribute.name.startsWith('rack')).length, 5);
  },
  async ListClusters(world) {
    for (let i = 0; i < 5; ++i) await world.send('CreateCluster', { clusterName: `paged-${i}` });
    const arns = await collect(world, 'ListClusters', 'clusterArns', 2, {});
    assert.equal(arns.filter((arn) => arn.includes('cluster/paged-')).length, 5);
  },
  async ListContainerInstances(world) {
    const { cluster } = await world.cluster();
    for (let i = 0; i < 4; ++i) await world.send('RegisterContainerInstance', { cluster });
    const arns = await collect(world, 'ListContainerInstances', 'containerInstanceArns', 2, { cluster });
    assert.equal(arns.length, 5);
  },
  async ListServices(world) {
    const { cluster } = await world.services(5);
    assert.equal((await collect(world, 'ListServices', 'serviceArns', 2, { cluster })).length, 5);
  },
  async ListServicesByNamespace(world) {
    const namespace = 'arn:aws:servicediscovery:us-east-1:000000000000:namespace/ns-javascript';
    await world.services(5, { serviceConnectConfiguration: { enabled: true, namespace } });
    assert.equal((await collect(world, 'ListServicesByNamespace', 'serviceArns', 2, { namespace })).length, 5);
  },
  async ListTaskDefinitionFamilies(world) {
    for (let i = 0; i < 5; ++i) {
      await world.send('RegisterTaskDefinition', {
        family: `families-${i}`, containerDefinitions: [{ name: 'main', image: 'x', memory: 4 }] });
    }
    const input = { familyPrefix: 'families-' };
    const families = await collect(world, 'ListTaskDefinitionFamilies', 'families', 2, input);
    assert.deepEqual(families, [0, 1, 2, 3, 4].map((i) => `families-${i}`));
  },
  async ListTaskDefinitions(world) {
    const { family } = await world.cluster();
    for (let i = 0; i < 4; ++i) {
      await world.send('RegisterTaskDefinition', {
        family, containerDefinitions: [{ name: 'main', image: 'x', memory: 4 }] });
    }
    const input = { familyPrefix: family, sort: 'DESC' };
    const arns = await collect(world, 'ListTaskDefinitions', 'taskDefinitionArns', 2, input);
    assert.deepEqual(arns.map((arn) => arn.split(':').pop()), ['5', '4', '3', '2', '1']);
  },
  async ListTasks(world) {
    const { cluster, family } = await world.cluster();
    await world.send('RunTask', { cluster, taskDefinition: family, count: 5 });
    assert.equal((await collect(world, 'ListTasks', 'taskArns', 2, { cluster })).length, 5);
  },
};

// The SDK is newer than api-spec/ecs.json: what it lists of operations that this model does not have.
for (const name of ['ListGateways', 'ListGatewayRoutes', 'ListGatewayClusterAssociations']) {
  paginators[name] = async (world) => {
    const input = { gatewayArn: 'arn:aws:ecs:us-east-1:000000000000:gateway/g', gateway: 'g' };
    await assert.rejects(collect(world, name, 'gateways', 2, input), { name: 'UnknownOperationException' });
  };
}
