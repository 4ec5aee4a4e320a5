// What Application Auto Scaling does with a service: its bounds, its policies, what was done and what was not.
import { ActionButton } from '../actions/action';
import { deletePolicy, removeTarget, setTarget, trackMetric } from '../actions/scaling';
import type { Change } from '../api/live';
import { useLive } from '../api/use';
import type { Service } from '../api/types';
import { scalingOf, type Alarm, type ScalableTarget, type Scaling, type ScalingActivity, type ScalingPolicy, type ScheduledAction, type Step } from '../data/scaling';
import { Badge } from '../ui/badge';
import { Await, Empty, Facts, Section } from '../ui/parts';
import { Table, type Column } from '../ui/table';
import { clockTime, duration } from '../ui/text';
import { Reasons } from './why';

/** Alarms do not say whose they are. */
const affectsScaling = (of: Service) => (change: Change) =>
  change.kind === 'alarm' || change.arn === of.serviceArn || (change.kind === 'scalableTarget' && (change.many === true || (change.service ?? of.serviceArn) === of.serviceArn));

const WIDTH = 600;

/** From nothing to the maximum: what runs, what is wanted, and the bounds between which it may be. */
function Bounds({ of, target }: { of: Service; target: ScalableTarget }) {
  const whole = Math.max(target.MaxCapacity, of.desiredCount, of.runningCount, 1);
  const x = (count: number) => (count * WIDTH) / whole;
  return (
    <figure class="bounds">
      <svg viewBox={`0 0 ${WIDTH} 16`} preserveAspectRatio="none" role="img" aria-label={`${of.runningCount} running, ${of.desiredCount} desired, between ${target.MinCapacity} and ${target.MaxCapacity}`}>
        <rect class="track" width={WIDTH} height="16" />
        <rect class="span" x={x(target.MinCapacity)} width={x(target.MaxCapacity) - x(target.MinCapacity)} height="16" />
        <rect class={of.runningCount < of.desiredCount ? 'fill moving' : 'fill'} y="4" width={x(of.runningCount)} height="8" />
        <line class="bound" x1={x(of.desiredCount)} x2={x(of.desiredCount)} y1="0" y2="16" />
      </svg>
      <figcaption class="quiet">minimum {target.MinCapacity} · desired {of.desiredCount} · running {of.runningCount} · maximum {target.MaxCapacity}</figcaption>
    </figure>
  );
}

function Target({ of, target }: { of: Service; target: ScalableTarget }) {
  const { DynamicScalingOutSuspended: out, DynamicScalingInSuspended: back, ScheduledScalingSuspended: schedule } = target.SuspendedState;
  const suspended = [out ? 'scaling out' : '', back ? 'scaling in' : '', schedule ? 'scheduled actions' : ''].filter(Boolean).join(', ');
  return (
    <div class="panel">
      <Bounds of={of} target={target} />
      <Facts of={[['Suspended', suspended ? <b>{suspended}</b> : 'nothing'], ['Since', clockTime(target.CreationTime)]]} />
    </div>
  );
}

/** ECSServiceAverageCPUUtilization, or Namespace Name of a metric of one's own. */
function metricOf({ PredefinedMetricSpecification: known, CustomizedMetricSpecification: own }: NonNullable<ScalingPolicy['TargetTrackingScalingPolicyConfiguration']>): string {
  return known ? known.PredefinedMetricType : own?.MetricName ? `${own.Namespace} ${own.MetricName}, ${own.Statistic}` : 'metric of its own';
}

function stepText(step: Step, type: string | undefined): string {
  const from = step.MetricIntervalLowerBound;
  const to = step.MetricIntervalUpperBound;
  const where = from !== undefined && to !== undefined ? `${from} to ${to} past the threshold` : from !== undefined ? `from ${from} past it` : to !== undefined ? `up to ${to} past it` : 'always';
  const by = step.ScalingAdjustment;
  return `${where}: ${type === 'ExactCapacity' ? `to ${by}` : `${by < 0 ? '−' : '+'}${Math.abs(by)}${type === 'PercentChangeInCapacity' ? '%' : ''}`}`;
}

function Policy({ service, policy, alarms }: { service: Service; policy: ScalingPolicy; alarms: Map<string, Alarm> }) {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const steps = policy.StepScalingPolicyConfiguration;
  const cooldown = (seconds: number | undefined) => (seconds === undefined ? undefined : duration(seconds));
  return (
    <article class="card">
      <div class="section-head"><h3>{policy.PolicyName} <span class="quiet">{tracking ? 'target tracking' : 'step scaling'}</span></h3><ActionButton label="Delete" make={() => deletePolicy(service, policy)} /></div>
      <Facts of={[
        ['Metric', tracking ? metricOf(tracking) : undefined], ['Target', tracking?.TargetValue],
        ['Scaling in', tracking?.DisableScaleIn ? 'disabled' : undefined],
        ['Cooldown out', cooldown(tracking?.ScaleOutCooldown)], ['Cooldown in', cooldown(tracking?.ScaleInCooldown)], ['Cooldown', cooldown(steps?.Cooldown)],
        ['Steps', steps?.StepAdjustments?.map((step, at) => <span key={at} class="listed">{stepText(step, steps.AdjustmentType)}</span>)],
        ['Alarms', policy.Alarms?.length ? policy.Alarms.map(({ AlarmName: name }) => (
          <span key={name} class="listed" title={alarms.get(name)?.StateReason}><Badge status={alarms.get(name)?.StateValue ?? 'UNKNOWN'} /> {name.replace(/^TargetTracking-.*-(Alarm(High|Low))-.*/, '$1')}</span>
        )) : 'none names it: nothing runs it'],
      ]} />
    </article>
  );
}

const actionColumns: Column<ScheduledAction>[] = [
  { title: 'Action', width: 'minmax(6rem, 1fr)', narrow: 'minmax(0, 1fr)', show: (a) => a.ScheduledActionName },
  { title: 'When', width: 'minmax(10rem, 2fr)', narrow: 'minmax(0, 1.4fr)', show: (a) => <span title={a.Schedule}><code>{a.Schedule}</code> {a.Timezone ?? 'UTC'}</span> },
  { title: 'Min', width: '6rem', narrow: '4rem', number: true, show: (a) => a.ScalableTargetAction.MinCapacity ?? '–' },
  { title: 'Max', width: '6rem', narrow: '4rem', number: true, show: (a) => a.ScalableTargetAction.MaxCapacity ?? '–' },
  { title: 'Until', width: 'minmax(6rem, 1fr)', extra: true, number: true, show: (a) => clockTime(a.EndTime) },
];

function Activity({ of }: { of: ScalingActivity }) {
  const no = of.NotScaledReasons?.[0];
  return (
    <li>
      <div class="section-head">
        <span><Badge status={no ? 'NOT_SCALED' : of.StatusCode.toUpperCase()} /> {no ? <><mark>{no.Code}</mark> at {no.CurrentCapacity}, between {no.MinCapacity} and {no.MaxCapacity}</> : of.Description}</span>
        <span class="quiet">{clockTime(of.StartTime)}</span>
      </div>
      <p class="quiet">{of.Cause}</p>
    </li>
  );
}

function Everything({ of, scaling }: { of: Service; scaling: Scaling }) {
  const { target, policies, actions, activities, alarms, reasons } = scaling;
  return (
    <>
      <Section title="Scalable target" side={<div class="actions">
        <ActionButton label={target ? 'Change' : 'Set bounds'} make={() => setTarget(of, target)} primary={!target} />
        {target ? <ActionButton label="Remove" make={() => removeTarget(of)} /> : null}
      </div>}>
        {target ? <Target of={of} target={target} /> : <Empty>Application Auto Scaling leaves this service alone: it is no scalable target.</Empty>}
      </Section>
      {target && reasons.length ? <Section title="Why it does not scale now"><Reasons of={reasons} cluster="" /></Section> : null}
      {target ? (
        <Section title="Policies" side={<ActionButton label="Follow a metric" make={() => trackMetric(of)} />}>
          {policies.length ? <div class="cards">{policies.map((policy) => <Policy key={policy.PolicyARN} service={of} policy={policy} alarms={alarms} />)}</div> : <Empty>No policies.</Empty>}
        </Section>
      ) : null}
      {actions.length ? <Section title="Scheduled actions"><Table label="Scheduled actions" rows={actions} columns={actionColumns} id={(a) => a.ScheduledActionName} empty="" /></Section> : null}
      <Section title="Activities">
        {activities.length ? <ul class="past">{activities.map((one) => <Activity key={one.ActivityId} of={one} />)}</ul> : <Empty>It has not been scaled yet.</Empty>}
      </Section>
    </>
  );
}

export function ScalingView({ of }: { of: Service }) {
  const loaded = useLive(`scaling ${of.serviceArn}`, () => scalingOf(of), affectsScaling(of));
  return <Await of={loaded}>{(scaling) => <Everything of={of} scaling={scaling} />}</Await>;
}
