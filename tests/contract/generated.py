"""Runs every generated case of one operation and says what is wrong with the answers."""

from cases import SERIALIZATION, cases
from values import Values, path_text

STRUCTURAL = ' in the request.'  # how the validator's explanations end, and no others
NUMBER = '@number@'  # in a name: the number of the case, so that each creates something new


def world_values(worlds):
    """Values that name things of a world of this operation's own: its cluster, service, task..."""
    names = worlds.prepare('service')
    own = {name: names[name] for name in ('cluster', 'service', 'taskDefinition', 'containerInstance')}
    arn = names['serviceArn']
    own.update({'clusters': names['cluster'], 'services': names['service'], 'containerInstances': names['containerInstance'],
                'task': names['serviceTask'], 'tasks': names['serviceTask'], 'resourceArn': arn,
                'serviceArn': arn, 'clusterArn': names['clusterArn'], 'clusterName': 'generated-' + NUMBER,
                'serviceName': 'generated-' + NUMBER,
                'name': 'main', 'family': names['family']})
    return Values(own)


def fault(case, answer):
    """What is wrong with the answer to a case; None when it is as it must be."""
    if answer.problems:
        return '; '.join(answer.problems)
    refusal, place = case.refusal, path_text(case.path)
    if refusal is None:
        if answer.code == SERIALIZATION or answer.explanation.endswith(STRUCTURAL):
            return 'a valid request was refused'
        return None
    if answer.ok:
        return 'accepted, but it must be refused'
    if refusal.code is not None and answer.code != refusal.code:
        return '%s expected' % refusal.code
    if refusal.message is not None and answer.message != refusal.message:
        return 'message expected: %s' % refusal.message
    starts = ('See %s, byte ' if refusal.code == SERIALIZATION else 'See %s' + STRUCTURAL) % place
    if refusal.explained and not answer.explanation.startswith(starts):
        return 'refused for another reason'
    return None


class Tally:
    """Counts for one operation's row of the final table."""

    def __init__(self):
        self.ok = self.valid = self.violations = 0
        self.faults = []


def run(operation, worlds):
    tally = Tally()
    for number, case in enumerate(cases(operation, world_values(worlds))):
        answer = worlds.ask(operation, case.body.replace(NUMBER, str(number)))
        wrong = fault(case, answer)
        if wrong:
            tally.faults.append('%s\n    %s\n    %s' % (case, wrong, answer))
        tally.ok += answer.ok
        if case.refusal is None:
            tally.valid += 1
        else:
            tally.violations += 1
    return tally
