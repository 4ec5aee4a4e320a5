#pragma once
// Request bodies with many members, as clients send them.

#include <string_view>

namespace drydock::test {

inline constexpr std::string_view kRegisterTaskDefinitionBody = R"({
  "family": "web", "taskRoleArn": "arn:aws:iam::000000000000:role/task",
  "executionRoleArn": "arn:aws:iam::000000000000:role/exec", "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE", "EC2"], "cpu": "1024", "memory": "2048", "pidMode": "task",
  "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
  "ephemeralStorage": {"sizeInGiB": 30}, "enableFaultInjection": false,
  "tags": [{"key": "team", "value": "a b"}, {"key": "empty", "value": ""}],
  "placementConstraints": [{"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}],
  "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy",
    "properties": [{"name": "ProxyIngressPort", "value": "15000"}]},
  "volumes": [
    {"name": "data", "host": {"sourcePath": "/srv"}},
    {"name": "shared", "dockerVolumeConfiguration": {"scope": "shared", "autoprovision": true, "driver": "local",
      "driverOpts": {"type": "tmpfs", "device": "tmpfs"}, "labels": {"z": "1", "a": "2"}}},
    {"name": "efs", "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/",
      "transitEncryption": "ENABLED", "transitEncryptionPort": 2999,
      "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"}}}],
  "containerDefinitions": [
    {"name": "web", "image": "nginx:1.25", "cpu": 256, "memory": 512, "memoryReservation": 128, "essential": true,
     "links": ["a:b"], "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp", "name": "http",
       "appProtocol": "http2"}, {"containerPortRange": "8000-8100"}],
     "entryPoint": ["sh", "-c"], "command": ["echo \"hi\" \\ there"],
     "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "gr\u00fc\u00df dich \ud83d\udea2"}],
     "environmentFiles": [{"value": "arn:aws:s3:::b/k.env", "type": "s3"}],
     "secrets": [{"name": "S", "valueFrom": "arn:aws:ssm:us-east-1:000000000000:parameter/p"}],
     "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": true}],
     "volumesFrom": [{"sourceContainer": "side", "readOnly": false}],
     "dependsOn": [{"containerName": "side", "condition": "HEALTHY"}],
     "startTimeout": 30, "stopTimeout": 60, "hostname": "h", "user": "1000:1000", "workingDirectory": "/w",
     "privileged": false, "readonlyRootFilesystem": true, "disableNetworking": false,
     "dnsServers": ["10.0.0.2"], "dnsSearchDomains": ["local"], "dockerSecurityOptions": ["label:x"],
     "extraHosts": [{"hostname": "db", "ipAddress": "10.0.0.9"}], "interactive": true, "pseudoTerminal": false,
     "dockerLabels": {"b": "2", "a": "1"}, "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
     "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g", "awslogs-region": "us-east-1"},
       "secretOptions": [{"name": "t", "valueFrom": "v"}]},
     "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"], "interval": 5, "timeout": 2,
       "retries": 3, "startPeriod": 0},
     "linuxParameters": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]},
       "devices": [{"hostPath": "/dev/x", "containerPath": "/dev/y", "permissions": ["read", "mknod"]}],
       "initProcessEnabled": true, "sharedMemorySize": 64,
       "tmpfs": [{"containerPath": "/t", "size": 16, "mountOptions": ["rw"]}], "maxSwap": 1, "swappiness": 60},
     "restartPolicy": {"enabled": true, "ignoredExitCodes": [0, 143], "restartAttemptPeriod": 60},
     "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}],
     "resourceRequirements": [{"value": "1", "type": "GPU"}],
     "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}},
     "credentialSpecs": ["credentialspec:x"], "repositoryCredentials": {"credentialsParameter": "p"},
     "versionConsistency": "enabled"},
    {"name": "side", "image": "busybox", "essential": false}]
})";

inline constexpr std::string_view kRunTaskBody =
    R"({"cluster": "c", "taskDefinition": "web:3", "count": 3, "launchType": "FARGATE", "group": "family:web",
  "startedBy": "me", "clientToken": "6f0a7d0e-8f0e-4b50-9d5e-0a5d0e6f7a10", "enableECSManagedTags": true,
  "enableExecuteCommand": false, "platformVersion": "1.4.0", "propagateTags": "TASK_DEFINITION",
  "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"],
    "securityGroups": ["sg-1"], "assignPublicIp": "ENABLED"}},
  "overrides": {"cpu": "512", "memory": "1024", "taskRoleArn": "r", "ephemeralStorage": {"sizeInGiB": 50},
    "containerOverrides": [{"name": "web", "command": ["a", "b"], "memory": 256,
      "environment": [{"name": "X", "value": ""}]}]},
  "placementConstraints": [{"type": "distinctInstance"}],
  "placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"}],
  "tags": [{"key": "k", "value": "v"}],
  "volumeConfigurations": [{"name": "v", "managedEBSVolume": {"roleArn": "r", "sizeInGiB": 10, "encrypted": true,
    "tagSpecifications": [{"resourceType": "volume", "tags": [{"key": "a", "value": "b"}]}],
    "terminationPolicy": {"deleteOnTermination": true}}}]})";

}  // namespace drydock::test
