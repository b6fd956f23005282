import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { describe, inject } from 'vitest';
import type { HostOptions } from '../../../examples/express-host/src/options';
import { chromiumPath } from '../../support/chromium';
import { startHost, type TestHost } from '../../support/host';

if (chromiumPath === null) {
  console.warn('SKIPPED browser tests: no Chromium on this machine; apt-get install chromium, or set CHROMIUM');
}

/** Suites that need a browser; listed as skipped where there is none. */
export const describeInBrowser = describe.skipIf(chromiumPath === null);

/** Where screenshots are kept. */
const SCREENSHOTS = process.env.SCREENSHOTS ?? fileURLToPath(new URL('../screenshots', import.meta.url));

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Somebody at a browser of their own. */
export interface Person {
  name: string;
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: errors of scripts, and what the page's policy forbade. */
  complaints: string[];
  /** Keeps what is on the screen. */
  shoot(name: string, options?: { fullPage?: boolean }): Promise<void>;
  /** The cards of one's trades. */
  cards: Locator;
  /** Goes to a view by the page's own navigation. */
  open(view: string, heading?: string): Promise<void>;
  offer(item: { title: string; gives: string; wants: string; worth?: string }): Promise<void>;
}

/** A host with the built page, and the browsers that look at it. */
export interface Stage extends AsyncDisposable {
  t: TestHost;
  /** Somebody at a browser, signed in unless `name` is null. */
  person(name: string | null, options?: BrowserContextOptions): Promise<Person>;
}

/** @param browsers `own`: each person has a browser, a process of its own; `one`: a profile of their own in one. */
export async function setStage(options: HostOptions = {}, browsers: 'own' | 'one' = 'one'): Promise<Stage> {
  const t = await startHost({ pageFolder: inject('pageFolder'), ...options });
  const open: Promise<Browser>[] = [];
  const launch = () => {
    const browser = chromium.launch({ executablePath: chromiumPath!, args: FLAGS });
    open.push(browser);
    return browser;
  };
  return {
    t,
    async person(name, contextOptions = {}) {
      const browser = await ((browsers === 'one' && open[0]) || launch());
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        locale: 'en-GB',
        timezoneId: 'UTC',
        ...contextOptions,
      });
      return arrive(t, name, context);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map(async (browser) => (await browser).close()));
      await t.close();
    },
  };
}

async function arrive(t: TestHost, name: string | null, context: BrowserContext): Promise<Person> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What the network says of a refused request is no fault of the page.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(t.url);
  if (name !== null) {
    await page.getByLabel('Or as somebody new').fill(name);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Matches', level: 1 }).waitFor();
  }
  const open = async (view: string, heading = view) => {
    await page.getByRole('navigation').getByRole('link', { name: view }).click();
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
  };
  return {
    name: name ?? 'nobody',
    page,
    context,
    complaints,
    cards: page.locator('article.match'),
    open,
    async shoot(file, { fullPage = false } = {}) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}/${file}.png`, fullPage });
    },
    async offer({ title, gives, wants, worth = '100' }) {
      await open('My items');
      await page.getByRole('link', { name: 'Add an item' }).click();
      await page.getByLabel('Title').fill(title);
      const [own, wanted] = [
        page.getByRole('combobox', { name: 'Category' }).nth(0),
        page.getByRole('combobox', { name: 'Category' }).nth(1),
      ];
      await choose(own, gives);
      await page.getByLabel('Worth about').fill(worth);
      await choose(wanted, wants);
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByRole('heading', { name: 'My items', level: 1 }).waitFor();
    },
  };
}

async function choose(picker: Locator, category: string): Promise<void> {
  await picker.click();
  await picker.fill(category);
  await picker.press('Enter');
}

/** When each of the pages first shows this many cards, by the clock of the machine that all share. */
export function watchForCards(people: readonly Person[], count: number): Promise<number[]> {
  return Promise.all(
    people.map(({ page }) =>
      page.evaluate(
        (wanted) =>
          new Promise<number>((resolve) => {
            const look = () => {
              if (document.querySelectorAll('article.match').length < wanted) return false;
              requestAnimationFrame(() => resolve(Date.now()));
              return true;
            };
            if (look()) return;
            const observer = new MutationObserver(() => look() && observer.disconnect());
            observer.observe(document.body, { childList: true, subtree: true });
          }),
        count,
      ),
    ),
  );
}
