// Builds src/ into dist/, which is committed and embedded in the program. `--check` builds beside it and compares: the
// committed files must be those that the sources make.
import * as esbuild from 'esbuild';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, 'dist');

async function build(folder) {
  await esbuild.build({
    absWorkingDir: here,
    // The terminal is large and seldom needed: a bundle of its own, loaded when a shell is opened.
    entryPoints: { console: 'src/main.tsx', terminal: 'src/terminal/terminal.ts' },
    external: ['/console/assets/*'],
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  });
  cpSync(path.join(here, 'static'), folder, { recursive: true });
}

const contents = (folder) => Object.fromEntries(readdirSync(folder).sort().map(
  (name) => [name, readFileSync(path.join(folder, name), 'utf8')]));

if (process.argv.includes('--check')) {
  const fresh = mkdtempSync(path.join(tmpdir(), 'drydock-console-'));
  await build(fresh);
  const [built, committed] = [contents(fresh), contents(dist)];
  rmSync(fresh, { recursive: true });
  const stale = [...new Set([...Object.keys(built), ...Object.keys(committed)])].filter((name) => built[name] !== committed[name]);
  if (stale.length > 0) {
    console.error(`console/dist is not what console/src makes (${stale.join(', ')}): npm run build --prefix console`);
    process.exit(1);
  }
} else {
  rmSync(dist, { recursive: true, force: true });
  await build(dist);
}
