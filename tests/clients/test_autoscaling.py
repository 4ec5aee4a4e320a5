"""Application Auto Scaling and CloudWatch, with boto3's clients and the aws CLI: a service scales by put metrics, by an
alarm, by schedule, by what its simulated containers use, and goes on after a restart."""

import datetime
import json
import unittest

from botocore.config import Config
from botocore.exceptions import ClientError

from harness import REGION, SESSION, Server, container, eventually

RESOURCE = {'ServiceNamespace': 'ecs', 'ResourceId': 'service/default/web',
            'ScalableDimension': 'ecs:service:DesiredCount'}


class Autoscaling(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-sizes', '65536:65536')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.scaling = self.client('application-autoscaling')
        self.cloudwatch = self.client('cloudwatch')
        self.ecs.create_cluster(clusterName='default')

    def client(self, name):
        return SESSION.client(
            name, endpoint_url=self.server.url, region_name=REGION, aws_access_key_id='test',
            aws_secret_access_key='test', config=Config(retries={'max_attempts': 0}))

    def service(self, count=2, **members):
        self.ecs.register_task_definition(family='web', containerDefinitions=[container(**members)])
        self.ecs.create_service(serviceName='web', taskDefinition='web', desiredCount=count)
        eventually(lambda: self.describe()['runningCount'] == count, what='the service runs')

    def describe(self):
        return self.ecs.describe_services(services=['web'])['services'][0]

    def target(self, low=1, high=10):
        return self.scaling.register_scalable_target(MinCapacity=low, MaxCapacity=high, **RESOURCE)

    def track(self, value=50):
        return self.scaling.put_scaling_policy(
            PolicyName='cpu', PolicyType='TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration={
                'TargetValue': value,
                'PredefinedMetricSpecification': {'PredefinedMetricType': 'ECSServiceAverageCPUUtilization'}},
            **RESOURCE)

    def load(self, percent, minutes):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.cloudwatch.put_metric_data(Namespace='AWS/ECS', MetricData=[{
            'MetricName': 'CPUUtilization', 'Value': percent, 'Unit': 'Percent',
            'Timestamp': now - datetime.timedelta(minutes=minute),
            'Dimensions': [{'Name': 'ClusterName', 'Value': 'default'}, {'Name': 'ServiceName', 'Value': 'web'}],
        } for minute in range(1, minutes + 1)])

    def activities(self):
        return self.scaling.describe_scaling_activities(ServiceNamespace='ecs')['ScalingActivities']

    def test_target_tracking(self):
        self.service()
        self.target()
        # Debian's boto3 does not know this member.
        target = self.server.ok('AnyScaleFrontendService.DescribeScalableTargets', {'ServiceNamespace': 'ecs'})
        self.assertRegex(target['ScalableTargets'][0]['ScalableTargetARN'],
                         r'^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/0ec5[0-9a-f]{32}$')
        made = self.track()
        self.assertRegex(made['PolicyARN'], r'^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{36}:'
                                            r'resource/ecs/service/default/web:policyName/cpu$')
        self.assertEqual(len(made['Alarms']), 2)
        self.load(90, 4)
        eventually(lambda: self.describe()['desiredCount'] == 4, what='scaled out')
        eventually(lambda: self.describe()['runningCount'] == 4, what='four tasks run')
        activity = self.activities()[0]
        self.assertEqual(activity['Description'], 'Setting desired count to 4.')
        self.assertIn('-AlarmHigh-', activity['Cause'])
        self.assertTrue(any('Successfully set desired count to 4' in event['message']
                            for event in self.describe()['events']))
        self.load(1, 16)  # another sample in each of these minutes
        policy = self.scaling.describe_scaling_policies(ServiceNamespace='ecs')['ScalingPolicies'][0]
        self.assertEqual(policy['TargetTrackingScalingPolicyConfiguration']['TargetValue'], 50)
        found = self.cloudwatch.get_metric_statistics(
            Namespace='AWS/ECS', MetricName='CPUUtilization', Period=60, Statistics=['Average', 'SampleCount'],
            Dimensions=[{'Name': 'ClusterName', 'Value': 'default'}, {'Name': 'ServiceName', 'Value': 'web'}],
            StartTime=datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=30),
            EndTime=datetime.datetime.now(datetime.timezone.utc))
        self.assertIn(45.5, [point['Average'] for point in found['Datapoints']])
        self.assertEqual({point['Unit'] for point in found['Datapoints']}, {'Percent'})

    def test_step_scaling_by_an_alarm_set_by_hand_and_a_restart(self):
        self.service()
        self.target()
        policy = self.scaling.put_scaling_policy(
            PolicyName='more', PolicyType='StepScaling', StepScalingPolicyConfiguration={
                'AdjustmentType': 'PercentChangeInCapacity', 'Cooldown': 0,
                'StepAdjustments': [{'MetricIntervalLowerBound': 0, 'ScalingAdjustment': 50}]}, **RESOURCE)
        self.cloudwatch.put_metric_alarm(
            AlarmName='queue', Namespace='Test', MetricName='Queue', Statistic='Average', Period=60,
            EvaluationPeriods=1, Threshold=100, ComparisonOperator='GreaterThanThreshold',
            AlarmActions=[policy['PolicyARN']])
        self.server.kill()
        self.server.start()
        self.cloudwatch.set_alarm_state(AlarmName='queue', StateValue='ALARM', StateReason='a test')
        self.assertEqual(self.describe()['desiredCount'], 3)
        alarm = self.cloudwatch.describe_alarms(AlarmNames=['queue'])['MetricAlarms'][0]
        self.assertEqual((alarm['StateValue'], alarm['StateReason']), ('ALARM', 'a test'))
        self.assertIsInstance(alarm['StateUpdatedTimestamp'], datetime.datetime)
        with self.assertRaises(ClientError) as refused:
            self.cloudwatch.set_alarm_state(AlarmName='none', StateValue='OK', StateReason='a test')
        self.assertEqual(refused.exception.response['Error']['Code'], 'ResourceNotFound')
        self.assertEqual(refused.exception.response['ResponseMetadata']['HTTPStatusCode'], 404)

    def test_a_scheduled_action(self):
        self.service()
        self.target()
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        self.scaling.put_scheduled_action(
            ScheduledActionName='morning', Schedule=soon.strftime('at(%Y-%m-%dT%H:%M:%S)'),
            ScalableTargetAction={'MinCapacity': 5, 'MaxCapacity': 7}, **RESOURCE)
        eventually(lambda: self.describe()['desiredCount'] == 5, what='the action ran')
        target = self.scaling.describe_scalable_targets(ServiceNamespace='ecs')['ScalableTargets'][0]
        self.assertEqual((target['MinCapacity'], target['MaxCapacity']), (5, 7))

    def test_simulated_containers_report_what_they_use(self):
        self.service(dockerLabels={'drydock.simulated.cpu': '32', 'drydock.simulated.memory': '8'})
        metrics = eventually(lambda: self.cloudwatch.list_metrics(Namespace='AWS/ECS')['Metrics'], what='metrics')
        self.assertEqual(sorted(metric['MetricName'] for metric in metrics), ['CPUUtilization', 'MemoryUtilization'])
        now = datetime.datetime.now(datetime.timezone.utc)
        result = self.cloudwatch.get_metric_data(
            StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=1),
            MetricDataQueries=[{'Id': metric['MetricName'].lower(), 'MetricStat': {
                'Metric': metric, 'Period': 60, 'Stat': 'Average'}} for metric in metrics])['MetricDataResults']
        self.assertEqual({one['Id']: one['Values'][0] for one in result},
                         {'cpuutilization': 50.0, 'memoryutilization': 25.0})

    def test_refusals_and_pages(self):
        self.service()
        with self.assertRaises(self.scaling.exceptions.ObjectNotFoundException):
            self.track()
        with self.assertRaises(self.scaling.exceptions.ValidationException):
            self.target(3, 2)
        self.target()
        for number in range(12):
            self.scaling.put_scheduled_action(
                ScheduledActionName='action-%02d' % number, Schedule='rate(1 day)',
                ScalableTargetAction={'MinCapacity': 1}, **RESOURCE)
        pages = list(self.scaling.get_paginator('describe_scheduled_actions').paginate(
            ServiceNamespace='ecs', PaginationConfig={'PageSize': 5}))
        self.assertEqual([len(page['ScheduledActions']) for page in pages], [5, 5, 2])
        with self.assertRaises(self.scaling.exceptions.InvalidNextTokenException):
            self.scaling.describe_scheduled_actions(ServiceNamespace='ecs', NextToken='none')

    def test_the_command_line(self):
        self.service()
        resource = ['--service-namespace', 'ecs', '--resource-id', 'service/default/web',
                    '--scalable-dimension', 'ecs:service:DesiredCount']

        def aws(*arguments):
            code, out, err = self.server.aws(*arguments)
            self.assertEqual(code, 0, err)
            return json.loads(out) if out.strip() else None
        aws('application-autoscaling', 'register-scalable-target', *resource, '--min-capacity', '3',
            '--max-capacity', '5')
        self.assertEqual(self.describe()['desiredCount'], 3)
        aws('cloudwatch', 'put-metric-data', '--namespace', 'Shop', '--metric-name', 'Orders', '--value', '3',
            '--dimensions', 'Shop=one')
        self.assertEqual(aws('cloudwatch', 'list-metrics', '--namespace', 'Shop')['Metrics'], [
            {'Namespace': 'Shop', 'MetricName': 'Orders', 'Dimensions': [{'Name': 'Shop', 'Value': 'one'}]}])
        activities = aws('application-autoscaling', 'describe-scaling-activities', '--service-namespace', 'ecs')
        self.assertEqual(activities['ScalingActivities'][0]['Cause'], 'minimum capacity was set to 3')
        aws('application-autoscaling', 'deregister-scalable-target', *resource)

    def test_every_protocol_of_cloudwatch(self):
        status, headers, text = self.server.call(
            'GraniteServiceVersion20100801.DescribeAlarms', headers={'Content-Type': 'application/x-amz-json-1.0'})
        self.assertEqual((status, json.loads(text)), (200, {'MetricAlarms': []}))
        self.assertEqual(headers['content-type'], 'application/x-amz-json-1.0')
        status, headers, text = self.server.call(
            'GraniteServiceVersion20100801.DeleteAlarms', '{"AlarmNames": ["none"]}')
        self.assertEqual((status, headers['x-amzn-query-error']), (404, 'ResourceNotFound;Sender'))
        form = {'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
                'Authorization': 'AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/monitoring/aws4_request, '
                                 'SignedHeaders=host, Signature=0'}
        status, headers, text = self.server.call(
            None, 'Action=DeleteAlarms&Version=2010-08-01&AlarmNames.member.1=none', headers=form)
        self.assertEqual((status, headers['content-type']), (404, 'text/xml'))
        self.assertIn('<Code>ResourceNotFound</Code>', text)
        status, _, text = self.server.call(None, 'Action=ListQueues&Version=2012-11-05', headers=form)
        self.assertEqual(status, 400)
        self.assertIn('<Code>InvalidAction</Code>', text)


if __name__ == '__main__':
    unittest.main()
