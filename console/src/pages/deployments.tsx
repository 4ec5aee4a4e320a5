// A service's deployments: the one under way drawn, those of the past listed.
import { ActionButton } from '../actions/action';
import { stopDeployment } from '../actions/actions';
import { call, describeAll, listAll } from '../api/call';
import { useLive } from '../api/use';
import { nameOf, type Service, type ServiceDeployment } from '../api/types';
import { Breaker, RollingDrawing, RollingHistory, Stages } from '../drawings/deployment';
import { inCluster } from '../data/clusters';
import { Badge } from '../ui/badge';
import { Await, Empty, Facts, Section } from '../ui/parts';
import { clockTime, duration } from '../ui/text';

interface Told extends ServiceDeployment {
  definition?: string; // of the target revision
}

async function deploymentsOf(service: Service): Promise<Told[]> {
  const cluster = nameOf(service.clusterArn);
  const briefs = await listAll<ServiceDeployment>('ListServiceDeployments', 'serviceDeployments', { cluster, service: service.serviceName });
  const latest = briefs.slice(0, 20).map((brief) => brief.serviceDeploymentArn);
  const found = await describeAll<Told>('DescribeServiceDeployments', 'serviceDeployments', 'serviceDeploymentArns', latest, {}, 20);
  const revisions = [...new Set(found.map((one) => one.targetServiceRevision?.arn).filter((arn) => arn !== undefined))];
  if (revisions.length) {
    const shown = await call('DescribeServiceRevisions', { serviceRevisionArns: revisions });
    const byArn = new Map<string, string>(shown.serviceRevisions.map((revision: any) => [revision.serviceRevisionArn, revision.taskDefinition]));
    for (const one of found) one.definition = byArn.get(one.targetServiceRevision?.arn ?? '') ?? '';
  }
  return found.sort((a, b) => b.createdAt - a.createdAt);
}

const underWay = (one: ServiceDeployment): boolean => /PENDING|IN_PROGRESS|REQUESTED/.test(one.status);

function traffic(one: ServiceDeployment): string | undefined {
  const weight = one.targetServiceRevision?.requestedProductionTrafficWeight;
  return weight === undefined ? undefined : `${weight}% to the new revision`;
}

function Current({ one, service }: { one: Told; service: Service }) {
  const strategy = one.deploymentConfiguration?.strategy ?? 'ROLLING';
  const bake = one.deploymentConfiguration?.bakeTimeInMinutes;
  return (
    <div class="panel">
      <div class="section-head">
        <h2>{strategy.replace('_', '/').toLowerCase()} deployment to {nameOf(one.definition ?? '')} <Badge status={one.status} /></h2>
        <ActionButton label="Stop" make={() => stopDeployment(one.serviceDeploymentArn)} />
      </div>
      {one.statusReason ? <p>{one.statusReason}</p> : null}
      {strategy === 'ROLLING' ? null : <Stages of={one} />}
      <RollingDrawing service={service} />
      <RollingHistory service={service} />
      {one.deploymentCircuitBreaker && one.deploymentCircuitBreaker.threshold > 0 ? <Breaker of={one.deploymentCircuitBreaker} /> : null}
      <Facts of={[['Began', clockTime(one.startedAt ?? one.createdAt)], ['Bake time', bake ? `${bake} min` : undefined], ['Traffic', traffic(one)]]} />
    </div>
  );
}

function Past({ one }: { one: Told }) {
  const end = one.finishedAt ?? one.stoppedAt;
  const strategy = one.deploymentConfiguration?.strategy ?? 'ROLLING';
  return (
    <li>
      <div class="section-head">
        <span><Badge status={one.status} /> {nameOf(one.definition ?? '')} <span class="quiet">{strategy.replace('_', '/').toLowerCase()}</span></span>
        <span class="quiet">{clockTime(one.createdAt)}{end ? `, took ${duration(end - (one.startedAt ?? one.createdAt))}` : ''}</span>
      </div>
      {one.statusReason ? <p class="quiet">{one.statusReason}</p> : null}
      {one.rollback?.reason ? <p>Rolled back: {one.rollback.reason}</p> : null}
      {one.deploymentCircuitBreaker && one.deploymentCircuitBreaker.failureCount > 0 ? <Breaker of={one.deploymentCircuitBreaker} /> : null}
    </li>
  );
}

export function Deployments({ of }: { of: Service }) {
  const loaded = useLive(`deployments ${of.serviceArn}`, () => deploymentsOf(of), inCluster(nameOf(of.clusterArn)));
  return (
    <Await of={loaded}>
      {(all) => (
        <>
          {all.filter(underWay).map((one) => <Current key={one.serviceDeploymentArn} one={one} service={of} />)}
          <Section title="History">
            {all.every(underWay) ? <Empty>No deployment has ended yet.</Empty>
              : <ul class="past">{all.filter((one) => !underWay(one)).map((one) => <Past key={one.serviceDeploymentArn} one={one} />)}</ul>}
          </Section>
        </>
      )}
    </Await>
  );
}
