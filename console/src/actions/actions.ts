// The actions that a person expects.
import { Refusal } from '../api/call';
import { nameOf, type ContainerInstance, type Service, type Task } from '../api/types';
import { plural } from '../ui/text';
import type { Action } from './action';

export const createCluster = (): Action => ({
  title: 'Create a cluster',
  button: 'Create',
  fields: [{ name: 'name', label: 'Name', kind: 'text', initial: 'default' }],
  request: ({ name }) => ({ operation: 'CreateCluster', input: { clusterName: name } }),
});

/** What RunTask could not place is no error of the call. */
function placed(answer: { tasks: Task[]; failures: { reason: string; detail?: string }[] }): void {
  const failure = answer.failures[0];
  if (failure && answer.tasks.length === 0) {
    throw new Refusal(failure.reason, failure.detail ?? 'No task could be placed. The cluster says why, under Tasks.');
  }
}

export const runTask = (cluster: string, families: string[], family = ''): Action => ({
  title: 'Run a task',
  button: 'Run',
  fields: [
    family ? { name: 'definition', label: 'Task definition', kind: 'text', initial: family, hint: 'A family, or family:revision' }
      : { name: 'definition', label: 'Task definition', kind: 'choice', choices: families, initial: families[0] ?? '' },
    { name: 'count', label: 'How many', kind: 'number', initial: '1' },
    { name: 'launch', label: 'Launch type', kind: 'choice', choices: ['', 'EC2', 'FARGATE'], initial: '', hint: 'Without one, the cluster’s default strategy decides' },
    { name: 'exec', label: 'Allow ECS Exec', kind: 'check', initial: 'yes' },
  ],
  request: ({ definition, count, launch, exec }) => ({
    operation: 'RunTask',
    input: {
      cluster, taskDefinition: definition, count: Number(count), ...(launch ? { launchType: launch } : {}),
      ...(exec ? { enableExecuteCommand: true } : {}) },
  }),
  done: placed,
});

export const scale = (service: Service): Action => ({
  title: `Scale ${service.serviceName}`,
  button: 'Scale',
  fields: [{ name: 'count', label: 'Desired count', kind: 'number', initial: String(service.desiredCount) }],
  request: ({ count }) => ({
    operation: 'UpdateService', input: { cluster: nameOf(service.clusterArn), service: service.serviceName, desiredCount: Number(count) } }),
});

export const deploy = (service: Service, revisions: string[]): Action => ({
  title: `Deploy ${service.serviceName}`,
  button: 'Deploy',
  note: 'Replaces the service’s tasks under its deployment configuration.',
  fields: [
    { name: 'definition', label: 'Task definition', kind: 'choice', choices: revisions, initial: nameOf(service.taskDefinition) },
    { name: 'force', label: 'Force a new deployment', kind: 'check', initial: 'yes' },
  ],
  request: ({ definition, force }) => ({
    operation: 'UpdateService',
    input: {
      cluster: nameOf(service.clusterArn), service: service.serviceName, taskDefinition: definition,
      ...(force ? { forceNewDeployment: true } : {}) },
  }),
});

export const stopDeployment = (arn: string): Action => ({
  title: 'Stop the deployment',
  button: 'Stop it',
  danger: true,
  fields: [{ name: 'type', label: 'How', kind: 'choice', choices: ['ROLLBACK', 'ABORT'], initial: 'ROLLBACK' }],
  request: ({ type }) => ({ operation: 'StopServiceDeployment', input: { serviceDeploymentArn: arn, stopType: type } }),
});

export const deleteService = (service: Service): Action => ({
  title: `Delete ${service.serviceName}`,
  button: 'Delete',
  danger: true,
  note: `Its ${plural(service.runningCount, 'running task')} will be stopped.`,
  fields: [],
  request: () => ({ operation: 'DeleteService', input: { cluster: nameOf(service.clusterArn), service: service.serviceName, force: true } }),
});

export const stopTask = (task: Task): Action => ({
  title: 'Stop the task',
  button: 'Stop',
  danger: true,
  ...(task.group?.startsWith('service:') ? { note: `The service ${task.group.slice(8)} will start another one.` } : {}),
  fields: [{ name: 'reason', label: 'Reason', kind: 'text', initial: 'Stopped in the console' }],
  request: ({ reason }) => ({ operation: 'StopTask', input: { cluster: nameOf(task.clusterArn), task: nameOf(task.taskArn), reason } }),
});

export const drain = (cluster: string, instance: ContainerInstance): Action => {
  const to = instance.status === 'DRAINING' ? 'ACTIVE' : 'DRAINING';
  return {
    title: to === 'DRAINING' ? 'Drain the instance' : 'Take the instance back',
    button: to === 'DRAINING' ? 'Drain' : 'Activate',
    note: to === 'DRAINING' ? 'No new tasks are placed here, and the tasks of services move to other instances.' : 'Tasks may be placed here again.',
    fields: [],
    request: () => ({
      operation: 'UpdateContainerInstancesState', input: { cluster, containerInstances: [nameOf(instance.containerInstanceArn)], status: to } }),
    done: (answer) => {
      if (answer.failures?.[0]) throw new Refusal(answer.failures[0].reason, 'The instance stays as it is.');
    },
  };
};
