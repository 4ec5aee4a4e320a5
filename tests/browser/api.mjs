// Calls of a Drydock server, as a program makes them: without the console's token.
const TARGETS = {
  ecs: 'AmazonEC2ContainerServiceV20141113', logs: 'Logs_20140328', 'application-autoscaling': 'AnyScaleFrontendService', cloudwatch: 'GraniteServiceVersion20100801' };

export function apiOf(url) {
  const call = async (operation, input = {}, service = 'ecs') => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `${TARGETS[service]}.${operation}` },
      body: JSON.stringify(input),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`${operation}: ${JSON.stringify(body)}`);
    return body;
  };
  const admin = async (path, method = 'GET', body = undefined) => {
    const response = await fetch(`${url}/_drydock/${path}`, {
      method, headers: { 'Content-Type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  /** Asks until it is so. */
  const until = async (what, condition, seconds = 20) => {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const value = await condition();
      if (value) return value;
      if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  return { call, admin, until };
}
