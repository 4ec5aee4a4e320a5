// The aws command that does what the page is about to do.
import type { ServiceName } from '../api/call';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter, at) => (at ? '-' : '') + letter.toLowerCase());

/** As one word of a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

function value(given: unknown): string {
  if (Array.isArray(given) && given.every((entry) => typeof entry === 'string')) return given.map(quoted).join(' ');
  return quoted(typeof given === 'object' ? JSON.stringify(given) : String(given));
}

export function awsCommand(operation: string, input: Record<string, unknown>, service: ServiceName = 'ecs'): string {
  const words = ['aws', '--endpoint-url', location.origin, service, kebab(operation)];
  for (const [name, given] of Object.entries(input)) {
    if (given === undefined) continue;
    if (typeof given === 'boolean') words.push(given ? `--${kebab(name)}` : `--no-${kebab(name)}`);
    else words.push(`--${kebab(name)}`, value(given));
  }
  return words.join(' ');
}
