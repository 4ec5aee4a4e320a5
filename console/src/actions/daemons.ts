// What a person does with a daemon.
import { nameOf } from '../api/types';
import { providersOf, type DaemonRevision, type ShownDaemon } from '../data/daemons';
import type { Action } from './action';

/** `definitions` are family:revision. What a revision has besides is given again: it is no part of the next one otherwise. */
export const updateDaemon = ({ daemon, deployment }: ShownDaemon, now: DaemonRevision | undefined, definitions: string[], alarms = deployment?.deploymentConfiguration.alarms): Action => ({
  title: `Update ${nameOf(daemon.daemonArn)}`,
  button: 'Update',
  note: 'Replaces the daemon’s tasks, a part of the instances at a time.',
  fields: [
    { name: 'definition', label: 'Daemon task definition', kind: 'choice', choices: definitions, initial: now ? nameOf(now.daemonTaskDefinitionArn) : definitions[0] ?? '' },
    { name: 'drain', label: 'Instances at a time', kind: 'number', initial: String(deployment?.deploymentConfiguration.drainPercent ?? 25), hint: 'Percent' },
    { name: 'bake', label: 'Bake time', kind: 'number', initial: String(deployment?.deploymentConfiguration.bakeTimeInMinutes ?? 0), hint: 'Minutes after each step' },
  ],
  request: ({ definition, drain, bake }) => ({
    operation: 'UpdateDaemon',
    input: {
      daemonArn: daemon.daemonArn, daemonTaskDefinitionArn: definition,
      capacityProviderArns: providersOf(daemon).map((name) => daemon.daemonArn.replace(/:daemon\/.*/, `:capacity-provider/${name}`)),
      deploymentConfiguration: { drainPercent: Number(drain), bakeTimeInMinutes: Number(bake), ...(alarms?.alarmNames?.length ? { alarms } : {}) },
      ...(now?.propagateTags && now.propagateTags !== 'NONE' ? { propagateTags: now.propagateTags } : {}),
      ...(now?.enableECSManagedTags ? { enableECSManagedTags: true } : {}), ...(now?.enableExecuteCommand ? { enableExecuteCommand: true } : {}) },
  }),
});

export const deleteDaemon = ({ daemon }: ShownDaemon): Action => ({
  title: `Delete ${nameOf(daemon.daemonArn)}`,
  button: 'Delete',
  danger: true,
  note: 'Its tasks are stopped, a part of the instances at a time. The instances stay.',
  fields: [],
  request: () => ({ operation: 'DeleteDaemon', input: { daemonArn: daemon.daemonArn } }),
});
