// Calls of the AWS APIs and of Drydock's own, as this page.
import { facts, world } from './facts';

/** An API's refusal, with Drydock's reason where it gives one. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string, readonly explanation = '') {
    super(message);
  }
}

type Json = Record<string, unknown>;

const TARGETS = {
  ecs: 'AmazonEC2ContainerServiceV20141113',
  logs: 'Logs_20140328',
  'application-autoscaling': 'AnyScaleFrontendService',
  cloudwatch: 'GraniteServiceVersion20100801',
};
export type ServiceName = keyof typeof TARGETS;

// Unverified servers look at the scope alone; strict ones want the header to be whole.
function authorization(service: ServiceName, stamp: string): string {
  const scope = `${world.account}/${stamp.slice(0, 8)}/${world.region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
}

const RELOADED = 'drydock.reloaded';
const PATIENCE_MS = 10_000;

/** After a restart the server has another token: the page of before is loaded again, but not over and over. */
function renew(): void {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < PATIENCE_MS) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
}

async function answerOf(response: Response): Promise<any> {
  const text = await response.text();
  let body: any = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = { message: text };
  }
  if (response.ok) return body;
  if (response.status === 403 && /console's token/.test(body.message)) renew();
  const code = String(body.__type ?? response.status).split('#').pop() ?? '';
  throw new Refusal(code, body.message ?? body.Message ?? `The server answered ${response.status}.`, body.explanation);
}

export async function call<T = any>(operation: string, input: Json = {}, service: ServiceName = 'ecs'): Promise<T> {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const response = await fetch('/', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `${TARGETS[service]}.${operation}`,
      'X-Amz-Date': stamp,
      Authorization: authorization(service, stamp),
      'X-Drydock-Token': facts.token,
    },
    body: JSON.stringify(input),
  });
  return answerOf(response);
}

/** Drydock's own API: a path below /_drydock/. */
export async function admin<T = any>(path: string, method = 'GET', body?: Json): Promise<T> {
  const headers: Record<string, string> = { 'X-Drydock-Token': facts.token };
  if (method !== 'GET') headers['Content-Type'] = 'application/json';
  const response = await fetch(`/_drydock/${path}`, {
    method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return answerOf(response);
}

/** All pages of a list. */
export async function listAll<T = string>(operation: string, member: string, input: Json = {}, service: ServiceName = 'ecs'): Promise<T[]> {
  const all: T[] = [];
  const token = service === 'ecs' ? 'nextToken' : 'NextToken';
  let next: string | undefined;
  do {
    const page = await call(operation, next ? { ...input, [token]: next } : input, service);
    for (const entry of page[member]) all.push(entry);
    next = page[token];
  } while (next);
  return all;
}

const LANES = 4;

/** Describes many, `size` a call, a few calls at once; in the order of `names`. */
export async function describeAll<T>(
  operation: string, member: string, param: string, names: string[], input: Json, size: number): Promise<T[]> {
  const pages: T[][] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at * size < names.length; at = next++) {
      const some = names.slice(at * size, (at + 1) * size);
      pages[at] = (await call(operation, { ...input, [param]: some }))[member];
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return pages.flat();
}
