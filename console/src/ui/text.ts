// How times, durations and counts are written.

const pad = (n: number): string => String(n).padStart(2, '0');

/** Seconds since 1970 as local time; the date only when it is another day than `now`. */
export function clockTime(seconds: number | undefined, now = Date.now() / 1000): string {
  if (seconds === undefined) return '–';
  const at = new Date(seconds * 1000);
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  if (at.toDateString() === new Date(now * 1000).toDateString()) return time;
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${time}`;
}

/** A duration in seconds: 0.12 s, 7.5 s, 3 min 20 s, 2 h 5 min, 4 d 3 h. */
export function duration(seconds: number): string {
  if (seconds < 0) return '0 s';
  if (seconds < 10) return `${+seconds.toFixed(2)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const two = (big: number, unit: string, small: number, less: string) => (small ? `${big} ${unit} ${small} ${less}` : `${big} ${unit}`);
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return two(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return two(Math.floor(whole / 86400), 'd', Math.floor((whole % 86400) / 3600), 'h');
}

export const plural = (n: number, one: string, many = one + 's'): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** SOME_CODE as words. */
export const words = (code: string): string => code.toLowerCase().replace(/_/g, ' ');

const HUES = 8;
const hues = new Map<string, number>();

/** A number from 0 to 7 for a name, its colour: mostly the same on every page, and different for the first eight. */
export function hueOf(name: string): number {
  const known = hues.get(name);
  if (known !== undefined) return known;
  let hash = 2166136261;
  for (let i = 0; i < name.length; ++i) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  let hue = (hash >>> 0) % HUES;
  const taken = new Set(hues.values());
  while (taken.size < HUES && taken.has(hue)) hue = (hue + 1) % HUES;
  hues.set(name, hue);
  return hue;
}
