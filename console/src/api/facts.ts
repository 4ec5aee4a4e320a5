// What the server wrote into the page: who it is, and the token that makes this page its own.

export interface Facts {
  token: string;
  nonce: string;
  account: string;
  region: string;
  runtime: 'docker' | 'simulated' | 'none';
  version: string;
  virtualClock: boolean;
  verifiesSignatures: boolean;
}

const text = document.querySelector('meta[name=drydock]')?.getAttribute('content') ?? '{}';
export const facts: Facts = JSON.parse(text);

/** An account in a region: each is a world of its own. */
export interface World {
  account: string;
  region: string;
}

const KEY = 'drydock.world';

function remembered(): World {
  try {
    const world = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as World | null;
    if (world?.account && world.region) return world;
  } catch {
    // What cannot be read is not remembered.
  }
  return { account: facts.account, region: facts.region };
}

/** The world that the page shows. */
export let world: World = remembered();

export function enter(next: World): void {
  world = next;
  sessionStorage.setItem(KEY, JSON.stringify(next));
}
