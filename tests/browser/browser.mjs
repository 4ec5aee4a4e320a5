// Debian's Chromium, and a page of it that remembers everything that went wrong on it.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where a picture for the docs goes. */
export const picture = (name) => path.resolve(path.dirname(fileURLToPath(import.meta.url)), `../../docs/images/console-${name}.png`);

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** A page and `problems`: console errors, exceptions, refused or failed requests, and requests to anybody else. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => problems.push(`exception: ${error.stack}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) problems.push(`foreign request: ${request.url()}`);
  });
  return { page, problems, close: () => context.close() };
}

/** What axe-core objects to. The page's policy forbids scripts from elsewhere, so it runs in the page's own tools. */
export async function accessibility(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Runtime.evaluate', { expression: `window.axe || (() => { const module = undefined; const exports = undefined; ${axe} })()` });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  await client.detach();
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** How much wider than the window the page is, and what makes it so. */
export const overflow = (page) => page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  const extra = document.documentElement.scrollWidth - width;
  const cut = [...document.querySelectorAll('[role=columnheader]')].filter((cell) =>
    cell.getBoundingClientRect().right > cell.closest('.table').getBoundingClientRect().right + 1);
  if (cut.length) return `columns are cut off: ${cut.map((cell) => cell.textContent).join(', ')}`;
  if (extra <= 0) return null;
  const wide = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > width + 1);
  return `${extra} px: ${wide.slice(0, 4).map((element) => `${element.tagName}.${element.className}`).join(', ')}`;
});
