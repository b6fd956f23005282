import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { DEMO_USERS } from '../../examples/express-host/src/demo';
import { demoMarket } from '../../examples/express-host/src/market';
import { type Fault, faultsOf } from './support/axe';
import { describeInBrowser, type Person, type Stage, setStage } from './support/stage';
import { readAll, tradesInEveryState } from './support/trades';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 375, height: 812 };

/** Every view is looked at in each of these. */
const LOOKS = [
  { name: 'light-1440', viewport: WIDE, colorScheme: 'light', dir: 'ltr' },
  { name: 'dark-1440', viewport: WIDE, colorScheme: 'dark', dir: 'ltr' },
  { name: 'rtl-light-1440', viewport: WIDE, colorScheme: 'light', dir: 'rtl' },
  { name: 'rtl-dark-375', viewport: NARROW, colorScheme: 'dark', dir: 'rtl' },
  { name: 'light-375', viewport: NARROW, colorScheme: 'light', dir: 'ltr' },
  { name: 'dark-375', viewport: NARROW, colorScheme: 'dark', dir: 'ltr' },
] as const;

const demo = demoMarket();
/** Nothing moves, so that what is looked at has come to rest; what moves otherwise is tested below. */
const still = { reducedMotion: 'reduce', viewport: WIDE } as const;

/** A host in which one person has trades in every state, and as many in the inbox. */
async function setFullStage(): Promise<Stage> {
  const stage = await setStage({
    ...demo,
    demoUsers: DEMO_USERS,
    engine: { matching: { cash: 'balance' }, policies: { throttle: [], perEvent: 50 } },
  });
  await tradesInEveryState(stage.t, 'layla');
  await stage.t.host.engine.trigger('demo-layla');
  return stage;
}

/** Looks at a view in every way, and keeps what is wrong. */
function inspector(faults: Fault[]) {
  return async ({ page, shoot }: Person, view: string): Promise<void> => {
    for (const { name, viewport, colorScheme, dir } of LOOKS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.evaluate((to) => {
        document.documentElement.dir = to;
        return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }, dir);
      faults.push(...(await faultsOf(page, `${view} ${name}`)));
      await shoot(`view-${view}-${name}`, { fullPage: true });
    }
    await page.evaluate(() => {
      document.documentElement.dir = 'ltr';
    });
    await page.setViewportSize(WIDE);
  };
}

/** Requests to these addresses wait until they are let go. */
async function hold(page: Page, address: RegExp): Promise<() => Promise<void>> {
  const waiting: Route[] = [];
  let isHeld = true;
  await page.route(address, (route) => (isHeld ? void waiting.push(route) : route.continue()));
  return async () => {
    isHeld = false;
    for (const route of waiting) await route.continue();
  };
}

const API = /\/api\/v1\//;
const fail = (route: Route) => route.abort();

describeInBrowser('axe', () => {
  it('finds what is wrong where something is', async () => {
    await using stage = await setStage();
    const { page } = await stage.person(null);
    await page.getByLabel('Or as somebody new').waitFor();
    expect(await faultsOf(page, 'as it is')).toEqual([]);
    await page.evaluate(() => {
      const faint = document.createElement('p');
      faint.textContent = 'Hard to read';
      faint.style.color = 'rgb(200 200 200)';
      faint.style.width = '200vw';
      document.querySelector('section')!.append(faint, document.createElement('img'));
    });
    expect((await faultsOf(page, '')).map(({ rule }) => rule).sort()).toEqual([
      'color-contrast',
      'image-alt',
      'sideways',
    ]);
  });
});

describeInBrowser('no view has an accessibility issue', { timeout: 400_000 }, () => {
  it('of somebody with trades in every state', async () => {
    await using stage = await setFullStage();
    const faults: Fault[] = [];
    const inspect = inspector(faults);
    const layla = await stage.person('layla', still);
    const { page } = layla;

    for (const state of ['proposed', 'accepting', 'committed', 'completed', 'declined', 'withdrawn', 'broken'])
      await page.locator(`article[data-state="${state}"]`).first().waitFor();
    await page.getByTestId('repair').first().waitFor();
    await page.getByText('noor@example.org').waitFor();
    await page.getByText('on top').first().waitFor();
    for (const summary of await page.getByText('Why this fits you').all()) await summary.click();
    await page.locator('.why .meter').first().waitFor();
    await inspect(layla, 'matches');

    await page.getByRole('button', { name: 'Decline' }).first().click();
    await page.getByRole('dialog').waitFor();
    await inspect(layla, 'decline');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'It does not come' }).first().click();
    await page.getByRole('dialog').waitFor();
    await inspect(layla, 'dispute');
    await page.keyboard.press('Escape');

    await layla.open('My items');
    for (const status of ['Available', 'In an agreed trade', 'Traded'])
      await page.getByText(status, { exact: true }).first().waitFor();
    await inspect(layla, 'items');
    await page
      .getByRole('button', { name: /^Delete/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await inspect(layla, 'delete');
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: /^Edit هاتف/ }).click();
    await page.getByText('would answer').waitFor();
    await page.getByRole('button', { name: 'Or something else' }).click();
    await page.getByLabel(/a ranked list/).check();
    for (const more of await page.getByText('Condition, distance, named items').all()) await more.click();
    await page.getByLabel('Title').fill('');
    await page.getByLabel('Worth about').fill('a lot');
    await page.getByLabel('Most I pay on top').fill('-');
    await page.getByLabel('Within (km)').first().fill('far');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Give it a name.').waitFor();
    await inspect(layla, 'editor-errors');
    const category = page.getByRole('combobox', { name: 'Category' }).nth(1);
    await category.click();
    await page.getByRole('listbox').waitFor();
    await inspect(layla, 'category-tree');
    await category.fill('nothing of the kind');
    await page.getByText('No such category').waitFor();
    await inspect(layla, 'category-none');
    await page.keyboard.press('Escape');

    await layla.open('Inbox');
    await page.locator('.inbox li').nth(10).waitFor();
    await page.locator('.inbox a').first().click();
    await layla.open('Inbox');
    await page.locator('.inbox li:not(.unread)').first().waitFor();
    await inspect(layla, 'inbox');

    await layla.open('Settings', 'Preferences');
    await page.getByLabel('My own threshold').check();
    for (const [field, name] of [
      ['Muted people', 'ida'],
      ['Blocked people', 'سلمى ال'.repeat(8)],
    ] as const) {
      await page.getByLabel(field, { exact: true }).fill(name);
      await page.getByLabel(field, { exact: true }).press('Enter');
    }
    await page.getByLabel('Muted people', { exact: true }).fill('layla');
    await page.getByText('That is you.').waitFor();
    await inspect(layla, 'preferences');
    await page.getByLabel('Muted people', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByTestId('toast').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).focus();
    await inspect(layla, 'toast');
    await page.getByRole('button', { name: 'Dismiss' }).click();

    await layla.open('Map', 'Market map');
    await page.getByTestId('map').locator('canvas').first().waitFor();
    await page.getByRole('button', { name: 'Show the best' }).click();
    await page.waitForTimeout(2_500); // until the layout has come to rest
    await inspect(layla, 'map');

    await page.route(API, fail);
    await page.getByLabel('Items').selectOption('1000');
    await page.getByRole('alert').first().waitFor();
    await inspect(layla, 'map-problem');
    await layla.context.setOffline(true);
    await page.getByText('The connection is down.').waitFor();
    await layla.open('Matches');
    await inspect(layla, 'offline');
    expect(faults).toEqual([]);
    expect(layla.complaints).toEqual([]);
  });

  it('of somebody new, of an operator, of nobody, and while things load or fail', async () => {
    await using stage = await setStage({ ...demo, demoUsers: DEMO_USERS });
    const faults: Fault[] = [];
    const inspect = inspector(faults);
    const dina = await stage.person(null, still);
    const { page } = dina;
    await page.getByRole('heading', { name: 'Try it as' }).waitFor();
    await inspect(dina, 'sign-in');
    const people = await hold(page, /dev\/users/);
    await page.reload();
    await page.getByText('Loading people').waitFor({ state: 'attached' });
    await inspect(dina, 'sign-in-loading');
    await people();
    await page.route(/dev\/users/, fail);
    await page.reload();
    await page.getByRole('alert').waitFor();
    await inspect(dina, 'sign-in-problem');
    await page.unroute(/dev\/users/, fail);
    await page.getByRole('button', { name: 'Try again' }).click();

    const rest = await hold(page, /\/api\/v1\/(?!dev)/);
    await page.getByRole('button', { name: /dina/ }).click();
    await page.getByText('Loading matches').waitFor({ state: 'attached' });
    await inspect(dina, 'matches-loading');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Loading your preferences').waitFor({ state: 'attached' });
    await inspect(dina, 'preferences-loading');
    await rest();
    await dina.open('Matches');
    await page.getByText('No match yet').waitFor();
    await inspect(dina, 'matches-empty');
    await dina.open('My items');
    await page.getByText('You offer nothing yet').waitFor();
    await inspect(dina, 'items-empty');
    await page.getByRole('link', { name: 'Add an item' }).click();
    await page.getByRole('heading', { name: 'Add an item' }).waitFor();
    await inspect(dina, 'editor-new');
    await page.evaluate(() => {
      location.hash = '#/items/none';
    });
    await page.getByText('There is no such item').waitFor();
    await inspect(dina, 'editor-none');
    await dina.open('Inbox');
    await page.getByText('Nothing here yet').waitFor();
    await inspect(dina, 'inbox-empty');
    await dina.open('Map', 'Market map');
    await page.getByText('There is nothing to stand on').waitFor();
    await inspect(dina, 'map-empty');
    await page.route(/preferences/, fail);
    await dina.open('Settings', 'Preferences');
    await page.getByRole('alert').waitFor();
    await inspect(dina, 'preferences-problem');

    const olga = await stage.person(null, still);
    await olga.page.getByRole('button', { name: /olga/ }).click();
    await olga.page.getByRole('heading', { name: 'Matches' }).waitFor();
    await olga.page.route(/operations/, fail);
    await olga.open('Operations');
    await olga.page.getByRole('alert').waitFor();
    await inspect(olga, 'operations-problem');
    await olga.page.unroute(/operations/, fail);
    await olga.page.getByText('Nothing has been held back.').waitFor();
    await inspect(olga, 'operations-quiet');
    await olga.page.getByRole('button', { name: 'Simulate a busy evening' }).click();
    await olga.page.getByText(/of 240 items posted/).waitFor();
    await olga.page.locator('.bars li').first().waitFor();
    await olga.page.waitForTimeout(4_000); // until the charts have something to show
    await inspect(olga, 'operations');
    expect(faults).toEqual([]);
    for (const { complaints } of [dina, olga]) expect(complaints).toEqual([]);
  });
});

/** Whatever takes the focus: each must be seen to have it, and be seen at all. */
async function walkByTab(page: Page): Promise<{ reached: number; of: number; wrong: string[] }> {
  const of = await page.evaluate(() => {
    // From the very top, wherever the focus was.
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    const able = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
    return [...able].filter((one) => one.checkVisibility() && !one.matches(':disabled')).length;
  });
  const wrong: string[] = [];
  let reached = 0;
  for (; reached <= of; reached++) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate(() => {
      const focused = document.activeElement!;
      if (focused === document.body || focused.hasAttribute('data-walked')) return null;
      focused.setAttribute('data-walked', '');
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      const { left, top, width, height } = focused.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + Math.min(height, 40) / 2);
      const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      const isSeen = there !== null && (focused.contains(there) || there.contains(focused));
      return isMarked && isSeen ? '' : `${isMarked ? 'hidden' : 'unmarked'}: ${focused.outerHTML.slice(0, 120)}`;
    });
    if (fault === null) break;
    if (fault !== '') wrong.push(fault);
  }
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('[data-walked]')) one.removeAttribute('data-walked');
  });
  return { reached, of, wrong };
}

describeInBrowser('the page', { timeout: 300_000 }, () => {
  it('lets the keyboard reach everything, and shows where it is', async () => {
    await using stage = await setFullStage();
    await readAll(stage.t, 'layla'); // or it is told of when she comes, and the toasts go while one walks
    const layla = await stage.person('layla', still);
    const { page } = layla;
    const walk = async (view: string) => {
      const { reached, of, wrong } = await walkByTab(page);
      expect(wrong, view).toEqual([]);
      expect(reached, view).toBe(of);
    };
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport);
      await layla.open('Matches');
      await page.locator('article').first().waitFor();
      await walk('matches');
      await layla.open('My items');
      await walk('items');
      await page.getByRole('link', { name: /^Edit هاتف/ }).click();
      await page.getByText('would answer').waitFor();
      await walk('editor');
      await layla.open('Inbox');
      await walk('inbox');
      await layla.open('Settings', 'Preferences');
      await page.getByLabel('Muted people', { exact: true }).waitFor();
      await walk('preferences');
      await layla.open('Map', 'Market map');
      await page.locator('.moves li').first().waitFor();
      await walk('map');
    }
  });

  it('gives the focus back when a dialog closes, and to what is left when something goes', async () => {
    await using stage = await setFullStage();
    const { page, open } = await stage.person('layla', still);
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? '');
    const card = page.locator('article[data-state="proposed"]').first();
    const decline = card.getByRole('button', { name: 'Decline' });
    for (const leave of ['Escape', 'Back']) {
      await decline.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
      if (leave === 'Escape') await page.keyboard.press('Escape');
      else await page.getByRole('button', { name: leave }).press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await focused(), leave).toBe('Decline');
    }
    const id = await card.getAttribute('id');
    await card.getByRole('button', { name: 'Accept' }).press('Enter');
    await page.locator(`article[id="${id}"][data-state="accepting"]`).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(id);

    await open('My items');
    await page.getByRole('button', { name: 'Delete Scarf' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
    await page.getByRole('heading', { name: 'Scarf' }).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');

    // The drawing is walked on by pointer, the list beside it by keyboard.
    await open('Map', 'Market map');
    await page.getByLabel('Around').selectOption('demo-layla');
    const next = page.locator('.moves button').first();
    const title = (await next.textContent())!;
    await next.press('Enter');
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await focused()).toBe(title.slice(0, 40));
  });

  it('shows what has just happened where it covers nothing, until somebody has read it', async () => {
    await using stage = await setFullStage();
    const layla = await stage.person('layla', still);
    const { page } = layla;
    await page.clock.install();
    await layla.open('Settings', 'Preferences');
    // Of the trades on the stage there may still be news, too.
    const toast = page.getByTestId('toast').filter({ hasText: 'Your preferences are saved.' });
    const save = async () => {
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('status').getByText('Your preferences are saved.').waitFor();
    };
    await save();
    await page.mouse.move(900, 400);
    await page.clock.fastForward(9_000);
    await toast.waitFor({ state: 'detached' });

    await save();
    await toast.hover();
    await page.clock.fastForward(60_000);
    expect(await toast.count()).toBe(1);
    const [side, box] = [(await page.locator('.side').boundingBox())!, (await toast.boundingBox())!];
    expect(box.x + box.width).toBeLessThanOrEqual(side.x + side.width);
    const [nav, account] = [page.locator('nav'), page.locator('.account')];
    expect(box.y).toBeGreaterThanOrEqual((await nav.boundingBox())!.y + (await nav.boundingBox())!.height);
    expect(box.y + box.height).toBeLessThanOrEqual((await account.boundingBox())!.y);

    await page.setViewportSize(NARROW);
    await toast.getByRole('button', { name: /^Dismiss/ }).focus();
    await page.clock.fastForward(60_000);
    expect(await toast.count()).toBe(1);
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    const last = (await page.locator('main > :last-child').boundingBox())!;
    expect(last.y + last.height).toBeLessThan((await toast.boundingBox())!.y);
    await page.keyboard.press('Enter');
    await toast.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  it('keeps still for who asked for it', async () => {
    await using stage = await setFullStage();
    const moving = (page: Page) =>
      page.evaluate(
        () => document.getAnimations().filter(({ effect }) => Number(effect!.getTiming().duration) > 20).length,
      );
    const { page } = await stage.person('layla', { viewport: WIDE });
    await page.locator('article').first().waitFor();
    expect(await moving(page)).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving(page)).toBe(0);
  });

  it('has the lists where a browser cannot draw the map', async () => {
    await using stage = await setStage({ ...demo, demoUsers: DEMO_USERS });
    const layla = await stage.person('layla', still);
    await layla.page.evaluate(() => {
      HTMLCanvasElement.prototype.getContext = () => null;
    });
    await layla.open('Map', 'Market map');
    await layla.page.getByText('This browser cannot draw the map.').waitFor();
    await layla.page.locator('.moves li').first().waitFor();
    await layla.open('Inbox');
  });

  it('is laid out from right to left where asked, with Arabic items', async () => {
    await using stage = await setStage({ ...demo, demoUsers: DEMO_USERS });
    await stage.t.host.engine.trigger('demo-layla');
    const layla = await stage.person('layla', { viewport: { width: 1440, height: 900 } });
    await layla.page.getByRole('button', { name: 'Lay out from right to left' }).click();
    const side = await layla.page.locator('.side').boundingBox();
    expect(side!.x).toBeGreaterThan(720);
    await layla.page.locator('article.match').first().waitFor();
    const title = layla.page.locator('.deal bdi', { hasText: 'هاتف' }).first();
    expect(await title.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  });

  it('is reached and used by the keyboard alone', async () => {
    await using stage = await setStage({ ...demo, demoUsers: DEMO_USERS });
    const ana = await stage.person('ana');
    const { page } = ana;
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('My items');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'My items', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Add an item' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Title').fill('Kettle');
    await page.getByRole('combobox', { name: 'Category' }).nth(1).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await page.getByText('would answer').waitFor();
    await page.getByLabel('Title').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Kettle' }).waitFor();
  });

  it('says what is wrong, and does not lose what was written', async () => {
    await using stage = await setStage({ ...demo, demoUsers: DEMO_USERS });
    const ana = await stage.person('ana');
    const { page } = ana;
    await ana.open('My items');
    await page.getByRole('link', { name: 'Add an item' }).click();
    await page.getByLabel('Worth about').fill('a lot');
    await page.getByText('Write an amount').waitFor();
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('Give it a name.').waitFor();
    await ana.shoot('editor-errors');
    await page.getByLabel('Worth about').fill('12.50');
    await page.getByLabel('Title').fill('Lamp');
    await ana.context.setOffline(true);
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('alert').getByText('cannot be reached').first().waitFor();
    await ana.shoot('editor-offline');
    await ana.context.setOffline(false);
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByRole('heading', { name: 'Lamp' }).waitFor();
    await page.getByText('worth 12.50').waitFor();
  });
});
