// Drydock in tests: starts one, gives an endpoint, cleans up.
//
//   import { startDrydock } from './drydock.mjs';
//   const drydock = await startDrydock({ options: ['--clock', 'virtual'] });
//   const world = drydock.world();                     // an account that no other test has
//   const ecs = new ECSClient(world.clientConfig);     // @aws-sdk/client-ecs
//   ...
//   await drydock.stop();
//
// The program is DRYDOCK_BINARY, or drydock on PATH. Needs nothing but Node 18.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY = /Drydock listens on (http:\/\/\S+:\d+)/;

export async function startDrydock({ options = [], runtime = 'simulated', startTimeout = 30_000 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-'));
  const binary = process.env.DRYDOCK_BINARY || 'drydock';
  const child = spawn(
    binary,
    ['serve', '--port', '0', '--data-dir', join(folder, 'data'), '--runtime', runtime, '--instances-in', 'all', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => { said = (said + text).slice(-4000); });
  const ended = new Promise((resolve) => {
    child.once('error', resolve);
    child.once('exit', resolve);
  });
  try {
    const endpoint = await new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`Drydock did not start: ${said}`)), startTimeout);
      let output = '';
      child.stdout.on('data', (text) => {
        output += text;
        const found = READY.exec(output);
        if (found) {
          clearTimeout(tooLate);
          resolve(found[1]);
        }
      });
      ended.then((why) => {
        clearTimeout(tooLate);
        reject(new Error(`Drydock did not start: ${why instanceof Error ? why.message : said}`));
      });
    });
    return new Drydock(endpoint, child, ended, folder);
  } catch (error) {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

class Drydock {
  #child;
  #ended;
  #folder;
  #nextAccount = 100_000_000_001;
  #nextSnapshot = 1;

  constructor(endpoint, child, ended, folder) {
    this.endpoint = endpoint;
    this.#child = child;
    this.#ended = ended;
    this.#folder = folder;
  }

  /** An account and region of its own: what happens there is seen nowhere else. */
  world(region = 'us-east-1') {
    const account = String(this.#nextAccount++);
    const { endpoint } = this;
    return {
      account,
      region,
      clientConfig: { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } },
      env: {
        ...process.env, AWS_ENDPOINT_URL: endpoint, DRYDOCK_ENDPOINT: endpoint, AWS_REGION: region,
        AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'test', AWS_PAGER: '',
      },
      reset: () => this.call('POST', 'reset', { account, region }),
    };
  }

  /** A call to Drydock's own API; the parsed answer. */
  async call(method, path, body) {
    const answer = await fetch(`${this.endpoint}/_drydock/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text);
  }

  /** Moves the virtual clock: clock({ advance: '1h' }), clock({ until: 'idle' }). */
  clock(move) {
    return move ? this.call('POST', 'clock', move) : this.call('GET', 'clock');
  }

  reset() {
    return this.call('POST', 'reset', {});
  }

  /** Keeps the state of all worlds, under a new name unless one is given; the name. */
  async snapshot(name = `snapshot-${this.#nextSnapshot++}`) {
    await this.call('POST', 'snapshots', { name });
    return name;
  }

  /** Makes all worlds, and the virtual clock, what they were at the snapshot; as often as one likes. */
  restore(name) {
    return this.call('POST', `snapshots/${name}/restore`, {});
  }

  async stop() {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await this.#ended;
    clearTimeout(late);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
