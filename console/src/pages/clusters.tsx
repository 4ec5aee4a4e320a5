import { ActionButton } from '../actions/action';
import { createCluster } from '../actions/actions';
import { useLive } from '../api/use';
import { clusters } from '../data/clusters';
import { Badge } from '../ui/badge';
import { Await, Head } from '../ui/parts';
import { Link, go, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import type { Cluster } from '../api/types';

const columns: Column<Cluster>[] = [
  { title: 'Cluster', width: 'minmax(8rem, 3fr)', narrow: 'minmax(0, 1fr)', sort: (c) => c.clusterName, show: (c) => <Link to={path('clusters', c.clusterName)}>{c.clusterName}</Link> },
  { title: 'Status', width: 'minmax(5.5rem, 1fr)', extra: true, show: (c) => <Badge status={c.status} /> },
  { title: 'Services', width: 'minmax(4.5rem, 1fr)', narrow: '4.6rem', number: true, sort: (c) => c.activeServicesCount, show: (c) => c.activeServicesCount },
  { title: 'Running', width: 'minmax(4.5rem, 1fr)', narrow: '4.6rem', number: true, sort: (c) => c.runningTasksCount, show: (c) => c.runningTasksCount },
  { title: 'Pending', width: 'minmax(4.5rem, 1fr)', narrow: '4.6rem', number: true, sort: (c) => c.pendingTasksCount, show: (c) => c.pendingTasksCount },
  { title: 'Instances', width: 'minmax(5rem, 1fr)', number: true, extra: true, sort: (c) => c.registeredContainerInstancesCount, show: (c) => c.registeredContainerInstancesCount },
];

export function ClustersPage() {
  const loaded = useLive('clusters', clusters, (change) => ['cluster', 'service', 'task', 'containerInstance'].includes(change.kind));
  return (
    <>
      <Head title="Clusters"><ActionButton label="Create cluster" make={createCluster} primary={loaded.data?.length === 0} /></Head>
      <Await of={loaded}>
        {(data) => (
          <Table label="Clusters" rows={data} columns={columns} id={(c) => c.clusterArn} text={(c) => c.clusterName}
            open={(c) => go(path('clusters', c.clusterName))}
            empty="No clusters yet. Create one here, or with aws ecs create-cluster." />
        )}
      </Await>
    </>
  );
}
