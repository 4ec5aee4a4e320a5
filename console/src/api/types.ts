// The members of ECS's answers that the console looks at; the names are ECS's own. Times are seconds since 1970.

export interface KeyValue { name: string; value?: string }
export interface Tag { key: string; value?: string }

export interface Cluster {
  clusterArn: string; clusterName: string; status: string;
  registeredContainerInstancesCount: number; runningTasksCount: number; pendingTasksCount: number;
  activeServicesCount: number; capacityProviders?: string[]; tags?: Tag[];
  settings?: KeyValue[]; defaultCapacityProviderStrategy?: StrategyItem[];
}

export interface StrategyItem { capacityProvider: string; base?: number; weight?: number }

export interface CapacityProvider {
  capacityProviderArn: string; name: string; status: string; type?: string; updateStatus?: string; updateStatusReason?: string;
  autoScalingGroupProvider?: {
    autoScalingGroupArn: string; managedTerminationProtection?: string; managedDraining?: string;
    managedScaling?: {
      status?: string; targetCapacity?: number; minimumScalingStepSize?: number; maximumScalingStepSize?: number;
      instanceWarmupPeriod?: number;
    };
  };
  managedInstancesProvider?: { infrastructureOptimization?: { scaleInAfter?: number } };
}

export interface ServiceEvent { id: string; createdAt: number; message: string }

export interface Deployment {
  id: string; status: string; taskDefinition: string; desiredCount: number; pendingCount: number;
  runningCount: number; failedTasks: number; createdAt: number; updatedAt: number; rolloutState?: string;
  rolloutStateReason?: string;
}

export interface Service {
  serviceArn: string; serviceName: string; clusterArn: string; status: string; desiredCount: number;
  runningCount: number; pendingCount: number; launchType?: string; schedulingStrategy: string; taskDefinition: string;
  capacityProviderStrategy?: StrategyItem[];
  deploymentConfiguration?: {
    minimumHealthyPercent?: number; maximumPercent?: number; strategy?: string; bakeTimeInMinutes?: number;
    deploymentCircuitBreaker?: { enable: boolean; rollback: boolean };
  };
  deploymentController?: { type: string };
  deployments: Deployment[]; events: ServiceEvent[]; createdAt: number; currentServiceDeployment?: string;
  enableExecuteCommand?: boolean;
}

export interface Revision {
  arn: string; requestedTaskCount?: number; runningTaskCount?: number; pendingTaskCount?: number;
  requestedProductionTrafficWeight?: number; requestedTestTrafficWeight?: number;
}

export interface ServiceDeployment {
  serviceDeploymentArn: string; status: string; statusReason?: string; createdAt: number; startedAt?: number;
  finishedAt?: number; stoppedAt?: number; lifecycleStage?: string; targetServiceRevision?: Revision;
  targetServiceRevisionArn?: string; sourceServiceRevisions?: Revision[];
  deploymentConfiguration?: Service['deploymentConfiguration'];
  deploymentCircuitBreaker?: { status: string; failureCount: number; threshold: number };
  rollback?: { reason?: string; startedAt?: number; serviceRevisionArn?: string };
}

export interface Container {
  containerArn: string; name: string; image?: string; runtimeId?: string; lastStatus: string; exitCode?: number;
  reason?: string; healthStatus?: string; cpu?: string; memory?: string;
  networkBindings?: { bindIP?: string; containerPort?: number; hostPort?: number; protocol?: string; containerPortRange?: string; hostPortRange?: string }[];
  managedAgents?: { name: string; lastStatus: string; reason?: string }[];
}

export interface Task {
  taskArn: string; clusterArn: string; taskDefinitionArn: string; lastStatus: string; desiredStatus: string;
  containerInstanceArn?: string; containers: Container[]; cpu?: string; memory?: string; group?: string;
  startedBy?: string; launchType?: string; capacityProviderName?: string; healthStatus?: string;
  availabilityZone?: string; createdAt?: number; pullStartedAt?: number; pullStoppedAt?: number; startedAt?: number;
  stoppingAt?: number; executionStoppedAt?: number; stoppedAt?: number; stopCode?: string; stoppedReason?: string;
  connectivity?: string; enableExecuteCommand?: boolean; version?: number; tags?: Tag[];
}

export interface Resource { name: string; integerValue: number; stringSetValue?: string[] }

export interface ContainerInstance {
  containerInstanceArn: string; ec2InstanceId?: string; status: string; statusReason?: string; agentConnected: boolean;
  runningTasksCount: number; pendingTasksCount: number; registeredResources: Resource[];
  remainingResources: Resource[]; attributes: KeyValue[]; registeredAt: number; capacityProviderName?: string;
  versionInfo?: { agentVersion?: string };
}

export interface ContainerDefinition {
  name: string; image: string; logConfiguration?: { logDriver: string; options?: Record<string, string> };
}

export interface TaskDefinition {
  taskDefinitionArn: string; family: string; revision: number; status: string; registeredAt?: number;
  containerDefinitions: ContainerDefinition[];
}

export interface Refused { containerInstanceArn: string; reason: string; wanted: string; available: string }
/** The most important reason; `reasons` has all of them, this one included. */
export interface Explanation {
  code: string; message: string; nextStep: string; at: number; refusals: Refused[]; reasons?: Explanation[];
}

/** The last part of an ARN: a name, an id, or family:revision. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
