// A world, in virtual time, of capacity providers with their machines, daemons on some of these, and services that scale.

export const SERVER = ['--clock', 'virtual', '--simulated-instances', '3', '--simulated-zones', 'us-east-1a,us-east-1b,us-east-1c', '--simulated-sizes', '1024:1900'];

const container = (name, more = {}) => ({ name, image: `yard/${name}:1`, cpu: 256, memory: 256, essential: true, ...more });
const RESOURCE = { ServiceNamespace: 'ecs', ResourceId: 'service/yard/queue', ScalableDimension: 'ecs:service:DesiredCount' };
const arn = (what) => `arn:aws:ecs:us-east-1:000000000000:${what}`;

export const PROVIDER = {
  name: 'web', autoScalingGroupProvider: {
    autoScalingGroupArn: 'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:u:autoScalingGroupName/web-asg',
    managedScaling: { status: 'ENABLED', targetCapacity: 80 }, managedTerminationProtection: 'ENABLED' } };

/** A group of three machines at most, all of them needed and one more; and managed instances of another size. */
async function buildCapacity({ call, admin, advance }) {
  await admin('instance-groups/web-asg', 'PUT', { minimum: 1, maximum: 3, cpu: 1024, memory: 1024 });
  await admin('instance-groups/machines', 'PUT', { minimum: 0, maximum: 5, desired: 2, cpu: 2048, memory: 3884 });
  await call('CreateCapacityProvider', PROVIDER);
  await call('CreateCapacityProvider', { name: 'machines', cluster: 'yard', managedInstancesProvider: {
    infrastructureRoleArn: 'arn:aws:iam::000000000000:role/machines',
    instanceLaunchTemplate: { ec2InstanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/machine', networkConfiguration: { subnets: ['subnet-1'] } } } });
  await call('PutClusterCapacityProviders', { cluster: 'yard', capacityProviders: ['web', 'FARGATE'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'web', base: 2, weight: 1 }] });
  await advance('1m');
  await call('RegisterTaskDefinition', { family: 'tug', containerDefinitions: [container('tug', { cpu: 512 })] });
  await call('CreateService', { cluster: 'yard', serviceName: 'tug', taskDefinition: 'tug', desiredCount: 7 });
  await call('RegisterTaskDefinition', { family: 'crane', networkMode: 'host', requiresCompatibilities: ['MANAGED_INSTANCES'], containerDefinitions: [container('crane', { cpu: 512 })] });
  await call('CreateService', { cluster: 'yard', serviceName: 'crane', taskDefinition: 'crane', desiredCount: 2, placementConstraints: [{ type: 'distinctInstance' }],
    capacityProviderStrategy: [{ capacityProvider: 'machines', weight: 1 }] });
  await advance('3m');
}

/** One instance of the machines has no room for the daemon's task. */
async function buildDaemon({ call, advance }) {
  const { daemonTaskDefinitionArn } = await call('RegisterDaemonTaskDefinition', { family: 'watch', containerDefinitions: [container('watch', { cpu: 1200 })] });
  await call('CreateDaemon', { daemonName: 'watch', clusterArn: 'yard', daemonTaskDefinitionArn, capacityProviderArns: [arn('capacity-provider/machines')] });
  await advance('1m');
  const { containerInstances } = await call('DescribeContainerInstances', { cluster: 'yard', containerInstances: (await call('ListContainerInstances', { cluster: 'yard' })).containerInstanceArns });
  const small = containerInstances.find(({ capacityProviderName }) => !capacityProviderName);
  await call('PutAttributes', { cluster: 'yard', attributes: [{ name: 'drydock.capacity-provider', value: 'machines', targetType: 'container-instance', targetId: small.containerInstanceArn }] });
  await advance('1m');
  return small.containerInstanceArn;
}

/** A target with policies of both kinds and a scheduled action; it has scaled once, and once it did not. */
async function buildScaling({ call, advance }) {
  const scaling = (operation, input) => call(operation, { ...RESOURCE, ...input }, 'application-autoscaling');
  const metrics = (operation, input) => call(operation, input, 'cloudwatch');
  await call('RegisterTaskDefinition', { family: 'queue', containerDefinitions: [container('queue', { cpu: 16, memory: 16 })] });
  await call('CreateService', { cluster: 'yard', serviceName: 'queue', taskDefinition: 'queue', desiredCount: 2, launchType: 'EC2' });
  await scaling('RegisterScalableTarget', { MinCapacity: 1, MaxCapacity: 4, SuspendedState: { ScheduledScalingSuspended: true } });
  await scaling('PutScalingPolicy', { PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 50, ScaleOutCooldown: 120, PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' } } });
  const { PolicyARN } = await scaling('PutScalingPolicy', { PolicyName: 'backlog', PolicyType: 'StepScaling', StepScalingPolicyConfiguration: {
    AdjustmentType: 'ChangeInCapacity', Cooldown: 60, StepAdjustments: [{ MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 50, ScalingAdjustment: 1 }, { MetricIntervalLowerBound: 50, ScalingAdjustment: 2 }] } });
  await scaling('PutScheduledAction', { ScheduledActionName: 'morning', Schedule: 'cron(0 8 * * ? *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 3 } });
  await metrics('PutMetricAlarm', { AlarmName: 'backlog', Namespace: 'Yard', MetricName: 'Jobs', Period: 60, EvaluationPeriods: 1, Threshold: 100,
    ComparisonOperator: 'GreaterThanThreshold', Statistic: 'Average', TreatMissingData: 'ignore', AlarmActions: [PolicyARN] });
  await metrics('PutMetricData', { Namespace: 'Yard', MetricData: [{ MetricName: 'Jobs', Value: 160 }] });
  await advance('2m');
  await metrics('PutMetricData', { Namespace: 'Yard', MetricData: [{ MetricName: 'Jobs', Value: 170 }] });
  await advance('3m');
}

/** Makes it; the ARN is of the instance that the daemon has no room on. */
export async function buildYard({ call, admin, until }) {
  const advance = (by) => admin('clock', 'POST', { advance: by });
  await call('CreateCluster', { clusterName: 'yard' });
  await call('CreateCluster', { clusterName: 'empty' });
  await until('instances', async () => (await advance('1s'), (await call('ListContainerInstances', { cluster: 'yard' })).containerInstanceArns.length === 3));
  const api = { call, admin, advance };
  await buildScaling(api);
  await buildCapacity(api);
  return { refused: await buildDaemon(api) };
}
