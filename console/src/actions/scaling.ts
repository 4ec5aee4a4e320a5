// What a person does with the scaling of a service.
import type { Service } from '../api/types';
import { scalableOf, type ScalableTarget, type ScalingPolicy } from '../data/scaling';
import type { Action } from './action';

const service = 'application-autoscaling' as const;

export const setTarget = (of: Service, target?: ScalableTarget): Action => ({
  title: `Bounds of ${of.serviceName}`,
  button: 'Set',
  note: 'Application Auto Scaling keeps the desired count between them.',
  fields: [
    { name: 'minimum', label: 'Minimum', kind: 'number', initial: String(target?.MinCapacity ?? 1) },
    { name: 'maximum', label: 'Maximum', kind: 'number', initial: String(target?.MaxCapacity ?? Math.max(10, of.desiredCount)) },
    { name: 'out', label: 'Suspend scaling out', kind: 'check', initial: target?.SuspendedState.DynamicScalingOutSuspended ? 'yes' : '' },
    { name: 'in', label: 'Suspend scaling in', kind: 'check', initial: target?.SuspendedState.DynamicScalingInSuspended ? 'yes' : '' },
    { name: 'schedule', label: 'Suspend scheduled actions', kind: 'check', initial: target?.SuspendedState.ScheduledScalingSuspended ? 'yes' : '' },
  ],
  request: (values) => ({
    service,
    operation: 'RegisterScalableTarget',
    input: {
      ...scalableOf(of), MinCapacity: Number(values.minimum), MaxCapacity: Number(values.maximum),
      SuspendedState: { DynamicScalingOutSuspended: values.out === 'yes', DynamicScalingInSuspended: values.in === 'yes', ScheduledScalingSuspended: values.schedule === 'yes' } },
  }),
});

export const removeTarget = (of: Service): Action => ({
  title: `Scale ${of.serviceName} no longer`,
  button: 'Remove',
  danger: true,
  note: 'The policies and scheduled actions go with the scalable target. The desired count stays as it is.',
  fields: [],
  request: () => ({ service, operation: 'DeregisterScalableTarget', input: scalableOf(of) }),
});

const METRICS = ['ECSServiceAverageCPUUtilization', 'ECSServiceAverageMemoryUtilization'];

export const trackMetric = (of: Service): Action => ({
  title: `Let ${of.serviceName} follow a metric`,
  button: 'Add',
  fields: [
    { name: 'name', label: 'Policy name', kind: 'text', initial: 'cpu' },
    { name: 'metric', label: 'Metric', kind: 'choice', choices: METRICS, initial: METRICS[0]! },
    { name: 'value', label: 'Target value', kind: 'number', initial: '50', hint: 'Percent' },
  ],
  request: ({ name, metric, value }) => ({
    service,
    operation: 'PutScalingPolicy',
    input: {
      ...scalableOf(of), PolicyName: name, PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: { TargetValue: Number(value), PredefinedMetricSpecification: { PredefinedMetricType: metric } } },
  }),
});

export const deletePolicy = (of: Service, policy: ScalingPolicy): Action => ({
  title: `Delete the policy ${policy.PolicyName}`,
  button: 'Delete',
  danger: true,
  fields: [],
  request: () => ({ service, operation: 'DeleteScalingPolicy', input: { ...scalableOf(of), PolicyName: policy.PolicyName } }),
});
