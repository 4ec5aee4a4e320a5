// What a person does with a capacity provider.
import type { CapacityProvider } from '../api/types';
import type { Action } from './action';

const STATES = ['ENABLED', 'DISABLED'];

export const updateProvider = ({ name, autoScalingGroupProvider: asg }: CapacityProvider): Action => ({
  title: `Change ${name}`,
  button: 'Change',
  fields: [
    { name: 'scaling', label: 'Managed scaling', kind: 'choice', choices: STATES, initial: asg?.managedScaling?.status ?? 'DISABLED' },
    { name: 'target', label: 'Target capacity', kind: 'number', initial: String(asg?.managedScaling?.targetCapacity ?? 100), hint: 'Percent of the machines that are to be in use' },
    { name: 'protection', label: 'Managed termination protection', kind: 'choice', choices: STATES, initial: asg?.managedTerminationProtection ?? 'DISABLED' },
    { name: 'draining', label: 'Managed draining', kind: 'choice', choices: STATES, initial: asg?.managedDraining ?? 'ENABLED' },
  ],
  request: ({ scaling, target, protection, draining }) => ({
    operation: 'UpdateCapacityProvider',
    input: {
      name, autoScalingGroupProvider: {
        managedScaling: { status: scaling, targetCapacity: Number(target) }, managedTerminationProtection: protection, managedDraining: draining } },
  }),
});
