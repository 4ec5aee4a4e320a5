// A status as a word with a colour; the word alone says it, too.
const GOOD = new Set(['RUNNING', 'ACTIVE', 'HEALTHY', 'SUCCESSFUL', 'COMPLETED', 'PRIMARY', 'CONNECTED', 'REGISTERED', 'OK', 'ROLLBACK_SUCCESSFUL']);
const MOVING = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'IN_PROGRESS',
  'DRAINING', 'CREATED', 'PULLED', 'REGISTERING', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_REQUESTED', 'STOP_REQUESTED', 'UPDATING',
  'LAUNCHED', 'TERMINATING', 'DELETE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'CREATE_IN_PROGRESS']);
const BAD = new Set(['FAILED', 'UNHEALTHY', 'ROLLBACK_FAILED', 'DISCONNECTED', 'REGISTRATION_FAILED', 'REFUSED', 'ALARM']);

export function Badge({ status }: { status: string }) {
  const tone = GOOD.has(status) ? 'good' : MOVING.has(status) ? 'moving' : BAD.has(status) ? 'bad' : 'idle';
  return <span class={`badge ${tone}`}>{status.replace(/_/g, ' ')}</span>;
}
