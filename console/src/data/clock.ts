// The server's time, which virtual time keeps away from the browser's.
import { admin } from '../api/call';
import { facts } from '../api/facts';
import { useLive, type Loaded } from '../api/use';

export interface ServerClock { mode: 'real' | 'virtual'; now: string; epochMillis: number; nextTimer: string | null; stoppedBecause?: string; advancedSeconds?: number }

export const useClock = (): Loaded<ServerClock> => useLive('clock', () => admin<ServerClock>('clock'));

/** Seconds since 1970 as the server counts them. */
export function useNow(): number {
  const clock = useClock();
  return facts.virtualClock && clock.data ? clock.data.epochMillis / 1000 : Date.now() / 1000;
}
