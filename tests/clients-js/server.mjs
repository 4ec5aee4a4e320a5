// A Drydock server of its own for the tests, on a free port with a data directory that goes with it.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.DRYDOCK_BINARY ?? path.join(root, 'build/drydock');
const READY = /Drydock listens on (http:\/\/127\.0\.0\.1:\d+)/;

/** Starts the server with these options, with simulated instances unless they say otherwise; resolves to { url, close }
    once it is ready. */
export function startServer(...options) {
  const folder = mkdtempSync(path.join(tmpdir(), 'drydock-js-'));
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ECS_')));
  const command = ['serve', '--port', '0', '--data-dir', path.join(folder, 'data'),
    ...(options.includes('--runtime') ? [] : ['--runtime', 'simulated']), ...options];
  const child = spawn(binary, command, {
    env: environment, stdio: ['ignore', 'pipe', openSync(path.join(folder, 'server.log'), 'a')] });
  const close = () => new Promise((resolve) => {
    child.once('exit', () => {
      rmSync(folder, { recursive: true, force: true });
      resolve();
    });
    child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (text) => {
      output += text;
      const ready = READY.exec(output);
      if (ready) resolve({ url: ready[1], close });
    });
  });
}
