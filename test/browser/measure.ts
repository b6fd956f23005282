import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { generateMarket } from '../../bench/market';
import { createHost } from '../../examples/express-host/src/app';
import { demoItems } from '../../examples/express-host/src/demo';
import { chromiumPath } from '../support/chromium';

/*
 * How fast the page is, measured in the browser: npm run measure:page. It reports and asserts nothing, because the
 * figures are this machine's.
 */

const ITEMS = 5_000;
const NODES = 2_000;
const ROUNDS = 5;

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Kilobytes after gzip, as a server sends them. */
function bundleSizes(folder: string): { name: string; kB: number }[] {
  return readdirSync(`${folder}/assets`)
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => ({ name, kB: gzipSync(readFileSync(`${folder}/assets/${name}`), { level: 9 }).length / 1_000 }));
}

/** Watches tasks of 50 ms and more from the first moment of every page. */
async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: { start: number; duration: number }[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) tasks.push({ start: startTime, duration });
    }).observe({ type: 'longtask', buffered: true });
  });
}

interface Timing {
  painted: number;
  /** The first match is on the screen. */
  useful: number;
  /** And from then on no task of 50 ms or more comes for a second. */
  interactive: number;
}

async function timeLoad(page: Page): Promise<Timing> {
  await page.reload();
  await page.locator('article.match').first().waitFor();
  await page.waitForTimeout(2_500);
  return page.evaluate(() => {
    const { tasks } = globalThis as unknown as { tasks: { start: number; duration: number }[] };
    const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
    const useful = performance.getEntriesByName('first-match')[0]?.startTime ?? Number.NaN;
    let interactive = useful;
    for (const { start, duration } of tasks)
      if (start + duration > interactive && start < interactive + 1_000) interactive = start + duration;
    return { painted, useful, interactive };
  });
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const ms = (value: number) => `${Math.round(value)} ms`;

async function main(): Promise<void> {
  if (chromiumPath === null) throw new Error('No Chromium here: apt-get install chromium, or set CHROMIUM.');
  const pageFolder = fileURLToPath(new URL('../../examples/express-host/web/dist', import.meta.url));
  const sizes = bundleSizes(pageFolder);
  const first = sizes.filter(({ name }) => name.startsWith('index'));
  const kB = (list: typeof sizes) => list.reduce((sum, one) => sum + one.kB, 0).toFixed(0);

  const market = generateMarket({ items: ITEMS, leaves: 40 });
  const host = await createHost({
    categories: market.categories,
    items: [...demoItems(), ...market.items()],
    pageFolder,
    log: { level: 'silent' },
    sweepEveryMs: 0,
  });
  const { url } = await host.listen(0);
  await host.engine.trigger('demo-layla');
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  // Named functions of this file bring a helper along when they are sent to the page.
  await page.addInitScript('globalThis.__name = (value) => value');
  await watchTasks(page);
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('article.match')) return;
      performance.mark('first-match');
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.getByLabel('Or as somebody new').fill('layla');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('article.match').first().waitFor();
  const loads: Timing[] = [];
  for (let round = 0; round < ROUNDS; round++) loads.push(await timeLoad(page));

  await page.getByRole('navigation').getByRole('link', { name: 'Map' }).click();
  await page.getByLabel('Items').selectOption(String(NODES));
  await page.getByText(`${NODES.toLocaleString('en')} items,`).waitFor();
  const shown = await page.locator('.legend').textContent();
  await page.waitForTimeout(8_000); // the layout has come to rest
  const box = (await page.getByTestId('map').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const before = await page.evaluate(() => performance.now());
  const frames = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let count = 0;
        const begun = performance.now();
        const next = () => {
          count++;
          if (performance.now() - begun < 4_000) requestAnimationFrame(next);
          else resolve(count / 4);
        };
        requestAnimationFrame(next);
      }),
  );
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= 120; i++) await page.mouse.move(x + 150 * Math.sin(i / 10), y + 100 * Math.sin(i / 7));
  await page.mouse.up();
  const perSecond = await frames;
  const tasks = await page.evaluate(
    (since) =>
      (globalThis as unknown as { tasks: { start: number; duration: number }[] }).tasks
        .filter(({ start }) => start >= since)
        .map(({ duration }) => duration),
    before,
  );
  const layoutTasks = await page.evaluate(
    (until) =>
      (globalThis as unknown as { tasks: { start: number; duration: number }[] }).tasks
        .filter(({ start }) => start < until)
        .map(({ duration }) => duration),
    before,
  );

  say(`${cpus().length} cores of ${cpus()[0]?.model}, ${browser.version()} headless, without a graphics card`);
  say(`bundle, gzip: ${kB(first)} kB at once, ${kB(sizes)} kB with the map`);
  say(`${ITEMS + demoItems().length} items, signed in, loaded ${ROUNDS} times, medians:`);
  for (const key of ['painted', 'useful', 'interactive'] as const)
    say(
      `  ${key}: ${ms(median(loads.map((load) => load[key])))} (${loads.map((load) => Math.round(load[key])).join(', ')})`,
    );
  say(`map: ${shown}`);
  say(
    `  while it loads and is laid out: ${layoutTasks.length} tasks of 50 ms or more, the longest ${ms(Math.max(0, ...layoutTasks))}`,
  );
  say(`  while it is dragged about: ${tasks.length} tasks of 50 ms or more, the longest ${ms(Math.max(0, ...tasks))}`);
  say(`  ${perSecond.toFixed(0)} frames a second`);
  await browser.close();
  await host.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
