// A shell in a container of the task, over ECS Exec.
import { useEffect, useRef, useState } from 'preact/hooks';
import { awsCommand } from '../actions/cli';
import { call } from '../api/call';
import { facts } from '../api/facts';
import { nameOf, type Task } from '../api/types';
import type { open as openTerminal, OpenTerminal } from '../terminal/terminal';
import { Copy, Empty, Problem } from '../ui/parts';
import { ContainerChoice } from './logs';

const ASSETS = '/console/assets';

/** The terminal is loaded when the first shell is opened. */
function loadTerminal(): Promise<{ open: typeof openTerminal }> {
  if (!document.querySelector('link[href$="terminal.css"]')) {
    const sheet = document.createElement('link');
    sheet.rel = 'stylesheet';
    sheet.href = `${ASSETS}/terminal.css`;
    document.head.append(sheet);
  }
  return import('/console/assets/terminal.js' as string);
}

export function Shell({ task }: { task: Task }) {
  const [container, choose] = useState(task.containers[0]?.name ?? '');
  const [command, setCommand] = useState('/bin/sh');
  const [state, setState] = useState<{ phase: 'idle' | 'open' | 'ended'; text?: string; error?: Error }>({ phase: 'idle' });
  const place = useRef<HTMLDivElement>(null);
  const terminal = useRef<OpenTerminal | null>(null);
  const shut = () => {
    terminal.current?.close();
    terminal.current = null;
  };
  useEffect(() => shut, [task.taskArn, container]);
  const input = { cluster: nameOf(task.clusterArn), task: nameOf(task.taskArn), container, interactive: true, command };

  const start = async (event: Event) => {
    event.preventDefault();
    shut();
    setState({ phase: 'open' });
    try {
      const [{ session }, { open }] = await Promise.all([call('ExecuteCommand', input), loadTerminal()]);
      terminal.current = open(place.current!, session.streamUrl, session.tokenValue, facts.nonce, (text) => setState({ phase: 'ended', text: text || 'The session has ended.' }));
    } catch (error) {
      setState({ phase: 'idle', error: error as Error });
    }
  };
  if (!task.enableExecuteCommand) return <Empty>This task was launched without <code>enableExecuteCommand</code>: ECS Exec is not there for it. Run it again with it, or deploy the service with it.</Empty>;
  if (!isSecureContext) return <Empty>A browser lets a page make a shell's frames only on localhost or over https: open the console there, or use <code>aws ecs execute-command</code>.</Empty>;
  return (
    <>
      <ContainerChoice task={task} now={container} choose={choose} />
      <form class="tools" onSubmit={start}>
        <label class="inline">Command <input type="text" value={command} onInput={(event) => setCommand(event.currentTarget.value)} /></label>
        <button type="submit" class="primary" disabled={task.lastStatus !== 'RUNNING'}>{state.phase === 'idle' ? 'Open shell' : 'Open again'}</button>
        <Copy text={awsCommand('ExecuteCommand', input)} label="Copy aws command" />
      </form>
      {state.error ? <Problem error={state.error} /> : null}
      {state.text ? <p class="problem" role="status">{state.text}</p> : null}
      <div class={`shell${state.phase === 'idle' ? ' unopened' : ''}`} ref={place} />
    </>
  );
}
