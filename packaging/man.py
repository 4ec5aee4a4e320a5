#!/usr/bin/python3
"""Writes the manual page drydock(1) from what the program says of its own options: man.py BINARY > drydock.1"""

import os
import re
import subprocess
import sys

HEAD = r'''.TH DRYDOCK 1 "" "drydock %(version)s" "User Commands"
.SH NAME
drydock \- Amazon ECS on your own machine
.SH SYNOPSIS
.B drydock serve
[\fIoptions\fR]
.br
.B drydock agent
[\fIoptions\fR]
.br
.B drydock
.I WORD
[\fIoptions\fR]
.SH DESCRIPTION
.B drydock serve
is a local control plane that speaks the Amazon ECS API. The unmodified aws CLI, SDKs and deploy tools talk to it at
http://localhost:4566; tasks run as containers of this machine's Docker engine, or on a simulated runtime.
.PP
It stops on SIGTERM and SIGINT. Containers go on running, and the next start adopts them.
.PP
.B drydock agent
lets another machine's Docker engine join it as a container instance.
.PP
The other words talk to a Drydock that runs. \fBdrydock WORD --help\fR names their options.
.SH WORDS
'''

TAIL = r'''.SH ENVIRONMENT
.TP
.B DOCKER_HOST
The engine's socket, unix://...; \fB--docker-socket\fR wins.
.TP
.B DRYDOCK_ENDPOINT\fR, \fBAWS_ENDPOINT_URL
Where the other words find Drydock, unless \fB--endpoint\fR says it; http://localhost:4566 without either.
.TP
.B ECS_BACKEND_HOST
The server that \fBdrydock agent\fR joins, unless \fB--url\fR says it.
.TP
.B ECS_CLUSTER\fR, \fBECS_INSTANCE_ATTRIBUTES\fR, ...
Settings of the container instance, as for the ECS agent; a file given with \fB--instance-config\fR
(\fB--config\fR of agent) wins.
.SH FILES
.TP
.I ~/.local/share/drydock
State, unless \fB--data-dir\fR names another directory.
.TP
.I ~/.local/share/drydock-agent
Who this machine is, as \fBdrydock agent\fR has it.
.TP
.I /etc/default/drydock
Options of the systemd service.
.SH EXAMPLES
.nf
drydock serve --runtime simulated --simulated-instances 3
aws --endpoint-url http://localhost:4566 ecs create-cluster --cluster-name deepdive
curl http://localhost:4566/_drydock/health
.fi
'''


def escaped(text):
    return text.replace('\\', '\\e').replace('-', '\\-').replace("'", '\\(aq')


def options(text):
    """(option, explanation) of each in the help text."""
    found = []
    for line in text.splitlines():
        start = re.match(r'  (-\S+(?: (?:TEXT|UINT|INT|FLOAT)\S*(?: in \[[^]]*\]\S*)?)?(?: \.\.\.)?)\s*(.*)$', line)
        if start:
            found.append([start.group(1), start.group(2)])
        elif found and line.startswith('      ') and line.strip():
            found[-1][1] = (found[-1][1] + ' ' + line.strip()).strip()
    return found


def words(text):
    """(word, explanation) of each in the program's help text."""
    return re.findall(r'^  (\w+) {2,}(\S.*)$', text[text.index('Subcommands:'):], re.M)


def said(*command):
    """What the program prints for a user whose home is ~."""
    return subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ, HOME='~')).stdout


def main():
    binary = sys.argv[1]
    page = HEAD % {'version': said(binary, '--version').split()[-1]}
    for word, explanation in words(said(binary, '--help')):
        page += '.TP\n.B %s\n%s\n' % (word, escaped(explanation))
    page += '.SH OPTIONS OF SERVE\n'
    for option, explanation in options(said(binary, 'serve', '--help')):
        page += '.TP\n.B %s\n%s\n' % (escaped(option), escaped(explanation))
    page += '.SH OPTIONS OF AGENT\n'
    for option, explanation in options(said(binary, 'agent', '--help')):
        page += '.TP\n.B %s\n%s\n' % (escaped(option), escaped(explanation))
    sys.stdout.write(page + TAIL)


if __name__ == '__main__':
    main()
