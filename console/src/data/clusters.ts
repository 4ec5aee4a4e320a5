import { call, describeAll, listAll } from '../api/call';
import type { Change } from '../api/live';
import type { Cluster, ContainerInstance, Service } from '../api/types';

export async function clusters(): Promise<Cluster[]> {
  const arns = await listAll('ListClusters', 'clusterArns');
  const found = await describeAll<Cluster>('DescribeClusters', 'clusters', 'clusters', arns, { include: ['TAGS', 'SETTINGS'] }, 100);
  return found.sort((a, b) => (a.clusterName < b.clusterName ? -1 : 1));
}

export async function cluster(name: string): Promise<Cluster> {
  const found = await call('DescribeClusters', { clusters: [name], include: ['TAGS', 'SETTINGS'] });
  if (!found.clusters[0]) throw new Error(`There is no cluster ${name}.`);
  return found.clusters[0];
}

export async function services(clusterName: string): Promise<Service[]> {
  const arns = await listAll('ListServices', 'serviceArns', { cluster: clusterName, maxResults: 100 });
  const found = await describeAll<Service>('DescribeServices', 'services', 'services', arns, { cluster: clusterName }, 10);
  return found.sort((a, b) => (a.serviceName < b.serviceName ? -1 : 1));
}

export async function service(clusterName: string, name: string): Promise<Service> {
  const found = await call('DescribeServices', { cluster: clusterName, services: [name] });
  if (!found.services[0]) throw new Error(`There is no service ${name} in the cluster ${clusterName}.`);
  return found.services[0];
}

export async function instances(clusterName: string): Promise<ContainerInstance[]> {
  const arns = await listAll('ListContainerInstances', 'containerInstanceArns', { cluster: clusterName });
  return describeAll<ContainerInstance>('DescribeContainerInstances', 'containerInstances', 'containerInstances', arns,
    { cluster: clusterName }, 100);
}

/** Whether a change is about a cluster of this name, or something in it. */
export function inCluster(name: string): (change: Change) => boolean {
  const end = `:cluster/${name}`;
  return (change) => (change.cluster ?? change.arn ?? end).endsWith(end);
}
