// What Application Auto Scaling does with a service's desired count (docs/scaling.md).
import { admin, call, listAll } from '../api/call';
import { nameOf, type Explanation, type Service } from '../api/types';

export interface ScalableTarget {
  MinCapacity: number; MaxCapacity: number; CreationTime: number; ScalableTargetARN: string;
  SuspendedState: { DynamicScalingInSuspended: boolean; DynamicScalingOutSuspended: boolean; ScheduledScalingSuspended: boolean };
}
export interface Step { MetricIntervalLowerBound?: number; MetricIntervalUpperBound?: number; ScalingAdjustment: number }
export interface ScalingPolicy {
  PolicyName: string; PolicyARN: string; PolicyType: string; CreationTime: number; Alarms?: { AlarmName: string }[];
  TargetTrackingScalingPolicyConfiguration?: {
    TargetValue: number; ScaleOutCooldown?: number; ScaleInCooldown?: number; DisableScaleIn?: boolean;
    PredefinedMetricSpecification?: { PredefinedMetricType: string };
    CustomizedMetricSpecification?: { MetricName?: string; Namespace?: string; Statistic?: string };
  };
  StepScalingPolicyConfiguration?: { AdjustmentType?: string; StepAdjustments?: Step[]; Cooldown?: number; MetricAggregationType?: string };
}
export interface ScheduledAction {
  ScheduledActionName: string; Schedule: string; Timezone?: string; StartTime?: number; EndTime?: number;
  ScalableTargetAction: { MinCapacity?: number; MaxCapacity?: number };
}
export interface ScalingActivity {
  ActivityId: string; Description: string; Cause: string; StartTime: number; EndTime?: number; StatusCode: string; StatusMessage?: string;
  NotScaledReasons?: { Code: string; MinCapacity?: number; MaxCapacity?: number; CurrentCapacity?: number }[];
}
export interface Alarm { AlarmName: string; StateValue: string; StateReason: string }

export interface Scaling {
  target?: ScalableTarget;
  policies: ScalingPolicy[];
  actions: ScheduledAction[];
  activities: ScalingActivity[];
  /** By name. */
  alarms: Map<string, Alarm>;
  /** Why the desired count stays as it is. */
  reasons: Explanation[];
}

export const resourceOf = (service: Service): string => `service/${nameOf(service.clusterArn)}/${service.serviceName}`;
/** What every call names. */
export const scalableOf = (service: Service) => ({ ServiceNamespace: 'ecs', ResourceId: resourceOf(service), ScalableDimension: 'ecs:service:DesiredCount' });

export async function scalingOf(service: Service): Promise<Scaling> {
  const own = scalableOf(service);
  const list = <T>(operation: string, member: string, more = {}) => listAll<T>(operation, member, { ...own, ...more }, 'application-autoscaling');
  const [targets, policies, actions, activities, explained] = await Promise.all([
    call<{ ScalableTargets: ScalableTarget[] }>('DescribeScalableTargets', { ServiceNamespace: 'ecs', ResourceIds: [own.ResourceId] }, 'application-autoscaling'),
    list<ScalingPolicy>('DescribeScalingPolicies', 'ScalingPolicies'),
    list<ScheduledAction>('DescribeScheduledActions', 'ScheduledActions'),
    list<ScalingActivity>('DescribeScalingActivities', 'ScalingActivities', { IncludeNotScaledActivities: true }),
    admin<{ scaling?: Explanation[] }>(`explain/${encodeURIComponent(service.serviceArn)}?none=empty`),
  ]);
  const names = policies.flatMap((policy) => policy.Alarms ?? []).map((alarm) => alarm.AlarmName);
  const alarms = names.length ? await listAll<Alarm>('DescribeAlarms', 'MetricAlarms', { AlarmNames: names.slice(0, 100) }, 'cloudwatch') : [];
  const target = targets.ScalableTargets[0];
  return {
    ...(target ? { target } : {}), policies, actions, activities, alarms: new Map(alarms.map((alarm) => [alarm.AlarmName, alarm])),
    reasons: explained.scaling ?? [] };
}
