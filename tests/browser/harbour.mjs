// A world with something of everything on it, for the pages to show.

const container = (name, more = {}) => ({ name, image: 'shop/front:1.4', cpu: 128, memory: 64, essential: true, ...more });

const web = (image) => ({
  family: 'web', taskRoleArn: 'arn:aws:iam::000000000000:role/web',
  containerDefinitions: [
    container('front', { image, portMappings: [{ containerPort: 80 }], dockerLabels: {
      'drydock.simulated.logs': 'listening on port 80\n0.4:GET / 200\n0.6:GET /cart 200', 'drydock.simulated.start-for': '0.2' } }),
    container('sidecar', { image: 'shop/metrics:2', cpu: 32, memory: 32, essential: false, dockerLabels: { 'drydock.simulated.logs': 'scraping' } }),
  ],
});

/** Makes it; resolves when its services are steady. */
export async function buildHarbour({ call, until }) {
  await call('CreateCluster', { clusterName: 'harbour', tags: [{ key: 'team', value: 'pier' }] });
  await until('instances are registered', async () => (await call('ListContainerInstances', { cluster: 'harbour' })).containerInstanceArns.length >= 4);
  await call('CreateLogGroup', { logGroupName: '/harbour/worker' }, 'logs');
  await call('RegisterTaskDefinition', web('shop/front:1.3'));
  await call('RegisterTaskDefinition', web('shop/front:1.4'));
  await call('RegisterTaskDefinition', {
    family: 'worker', containerDefinitions: [container('work', { image: 'shop/worker:7', cpu: 256, memory: 256,
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/harbour/worker', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'w' } },
      dockerLabels: { 'drydock.simulated.logs': 'waiting for jobs\n0.3:job 1 taken\n0.5:job 1 done' } })] });
  await call('RegisterTaskDefinition', { family: 'giant', containerDefinitions: [container('giant', { cpu: 65536, memory: 262144 })] });
  await call('RegisterTaskDefinition', { family: 'once', containerDefinitions: [container('once', { image: 'shop/migrate:3', dockerLabels: { 'drydock.simulated.run-for': '0.1', 'drydock.simulated.exit-code': '3' } })] });
  await call('CreateService', { cluster: 'harbour', serviceName: 'web', taskDefinition: 'web:1', desiredCount: 8, enableExecuteCommand: true,
    deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150, deploymentCircuitBreaker: { enable: true, rollback: true } } });
  await call('CreateService', { cluster: 'harbour', serviceName: 'worker', taskDefinition: 'worker', desiredCount: 3 });
  await call('CreateService', { cluster: 'harbour', serviceName: 'giant', taskDefinition: 'giant', desiredCount: 1 });
  await call('RegisterTaskDefinition', { family: 'shop', containerDefinitions: [container('shop', { image: 'shop/till:2', cpu: 32, memory: 32 })] });
  await call('CreateService', { cluster: 'harbour', serviceName: 'shop', taskDefinition: 'shop', desiredCount: 4,
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 60 } });
  await call('RunTask', { cluster: 'harbour', taskDefinition: 'once' });
  const steady = async (service, count) => (await call('DescribeServices', { cluster: 'harbour', services: [service] })).services[0].runningCount === count;
  await until('the services run', async () => (await steady('web', 8)) && (await steady('worker', 3)) && (await steady('shop', 4)));
  const once = async () => (await call('ListTasks', { cluster: 'harbour', family: 'once', desiredStatus: 'STOPPED' })).taskArns[0];
  return { once: await until('the task that runs once has ended', once) };
}

/** Two deployments that go on until they are let go: a rolling one, whose images take their time, and a blue/green one
    in its bake time. */
export async function beginDeployment({ call, admin, until }) {
  await admin('behaviours/slow', 'PUT', { image: 'shop/front:1.4', 'pull-for': 3600 });
  await call('UpdateService', { cluster: 'harbour', service: 'shop', forceNewDeployment: true });
  await call('UpdateService', { cluster: 'harbour', service: 'web', taskDefinition: 'web:2' });
  await until('new tasks are on their way', async () => {
    const { services } = await call('DescribeServices', { cluster: 'harbour', services: ['web'] });
    return services[0].deployments.some((deployment) => deployment.status === 'PRIMARY' && deployment.pendingCount > 0);
  });
}
