#!/usr/bin/env bash
# deploy.sh CLUSTER SERVICE IMAGE: a new revision of the service's task definition with this image, rolled out; fails
# when the service does not become stable with it. It knows nothing of Drydock.
set -euo pipefail
cluster=$1 service=$2 image=$3
ecs() { aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} ecs "$@"; }

current=$(ecs describe-services --cluster "$cluster" --services "$service" --query 'services[0].taskDefinition' \
  --output text)
definition=$(ecs describe-task-definition --task-definition "$current" --query 'taskDefinition' --output json |
  IMAGE=$image python3 -c '
import json, os, sys
definition = json.load(sys.stdin)
for answered in ("taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt",
                 "registeredBy"):
    definition.pop(answered, None)
definition["containerDefinitions"][0]["image"] = os.environ["IMAGE"]
print(json.dumps(definition))')
revision=$(ecs register-task-definition --cli-input-json "$definition" --query 'taskDefinition.taskDefinitionArn' \
  --output text)
ecs update-service --cluster "$cluster" --service "$service" --task-definition "$revision" >/dev/null
ecs wait services-stable --cluster "$cluster" --services "$service"
running=$(ecs describe-services --cluster "$cluster" --services "$service" --query 'services[0].taskDefinition' \
  --output text)
if [ "$running" != "$revision" ]; then
  echo "rolled back to $running" >&2
  exit 1
fi
echo "$service runs $image"
