// The daemons of a cluster, with what their deployments bring.
import { call, describeAll, listAll } from '../api/call';
import { nameOf, type ContainerInstance } from '../api/types';
import { instances } from './clusters';

interface Breaker { status: string; failureCount: number; threshold: number }
interface RunningRevision { arn: string; totalRunningCount: number; capacityProviders: { arn: string; runningCount: number }[] }
interface DeployedRevision { arn: string; totalRunningInstanceCount: number; totalDrainingInstanceCount: number }

export interface Daemon {
  daemonArn: string; status: string; deploymentArn: string; createdAt: number; updatedAt: number; currentRevisions: RunningRevision[];
}
export interface DaemonDeployment {
  daemonDeploymentArn: string; status: string; statusReason?: string; createdAt: number; startedAt?: number; finishedAt?: number; stoppedAt?: number;
  targetDaemonRevision?: DeployedRevision; sourceDaemonRevisions: DeployedRevision[]; circuitBreaker: Breaker;
  rollback?: { reason?: string };
  deploymentConfiguration: { drainPercent?: number; bakeTimeInMinutes?: number; alarms?: { alarmNames?: string[]; enable?: boolean } };
}
export interface DaemonRevision {
  daemonRevisionArn: string; daemonTaskDefinitionArn: string; createdAt: number; containerImages: { containerName: string; image: string }[];
  propagateTags?: string; enableECSManagedTags?: boolean; enableExecuteCommand?: boolean;
}

export const daemonName = ({ daemonArn }: Daemon): string => nameOf(daemonArn);
export const providersOf = (daemon: Daemon): string[] =>
  [...new Set(daemon.currentRevisions.flatMap((revision) => revision.capacityProviders.map(({ arn }) => nameOf(arn))))];
export const runningOf = (daemon: Daemon): number => daemon.currentRevisions.reduce((sum, revision) => sum + revision.totalRunningCount, 0);
/** The task definition, as family:revision, that each revision runs; by the ARN of the revision. */
export type Definitions = Map<string, DaemonRevision>;

export interface ShownDaemon {
  daemon: Daemon;
  /** Those that are to run its task. */
  instances: ContainerInstance[];
  /** The most recent one. */
  deployment?: DaemonDeployment;
  revisions: Definitions;
}

const deployments = (arns: string[]): Promise<DaemonDeployment[]> =>
  describeAll<DaemonDeployment>('DescribeDaemonDeployments', 'daemonDeployments', 'daemonDeploymentArns', arns, {}, 20);

async function revisions(arns: string[]): Promise<Definitions> {
  const found = await describeAll<DaemonRevision>('DescribeDaemonRevisions', 'daemonRevisions', 'daemonRevisionArns', [...new Set(arns)], {}, 20);
  return new Map(found.map((revision) => [revision.daemonRevisionArn, revision]));
}

/** Null when it went since it was listed. */
const daemonOf = (daemonArn: string): Promise<Daemon | null> =>
  call<{ daemon: Daemon }>('DescribeDaemon', { daemonArn }).then(({ daemon }) => daemon, (refused) => {
    if (/NotFound/.test(refused.code)) return null;
    throw refused;
  });

export async function daemons(cluster: string, wanted: (name: string) => boolean = () => true): Promise<ShownDaemon[]> {
  const [summaries, machines] = await Promise.all([
    listAll<{ daemonArn: string }>('ListDaemons', 'daemonSummariesList', { clusterArn: cluster }), instances(cluster)]);
  const arns = summaries.map(({ daemonArn }) => daemonArn).filter((arn) => wanted(nameOf(arn)));
  const found = (await Promise.all(arns.map(daemonOf))).filter((daemon) => daemon !== null);
  const [latest, known] = await Promise.all([
    deployments(found.map((daemon) => daemon.deploymentArn)), revisions(found.flatMap((daemon) => daemon.currentRevisions.map(({ arn }) => arn)))]);
  return found.map((daemon): ShownDaemon => {
    const providers = providersOf(daemon);
    const deployment = latest.find((one) => one.daemonDeploymentArn === daemon.deploymentArn);
    return {
      daemon, instances: machines.filter((one) => providers.includes(one.capacityProviderName ?? '')), ...(deployment ? { deployment } : {}), revisions: known };
  });
}

export async function daemonNamed(cluster: string, name: string): Promise<ShownDaemon> {
  const [found] = await daemons(cluster, (one) => one === name);
  if (!found) throw new Error(`There is no daemon ${name} in the cluster ${cluster}.`);
  return found;
}

const MOST = 20;

export interface PastDeployments { deployments: DaemonDeployment[]; revisions: Definitions }

export async function deploymentsOf(daemon: Daemon): Promise<PastDeployments> {
  const listed = await listAll<{ daemonDeploymentArn: string }>('ListDaemonDeployments', 'daemonDeployments', { daemonArn: daemon.daemonArn });
  const found = await deployments(listed.slice(0, MOST).map((one) => one.daemonDeploymentArn));
  const arns = found.flatMap((one) => (one.targetDaemonRevision ? [one.targetDaemonRevision.arn] : []));
  return { deployments: found, revisions: await revisions(arns) };
}
