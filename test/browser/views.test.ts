import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { DEMO_USERS } from '../../examples/express-host/src/demo';
import { demoMarket } from '../../examples/express-host/src/market';
import { describeInBrowser, type Person, setStage } from './support/stage';

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: string[];
}

/** What axe finds by the rules of WCAG 2.2 A and AA and its best practices, of serious and critical impact. */
async function seriousIssues(page: Page): Promise<Violation[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe as the page has it
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
    return (violations as { id: string; impact: string; help: string; nodes: { html: string }[] }[])
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(({ html }) => html.slice(0, 160)) }));
  });
}

const LOOKS = [
  { name: 'light-1440', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { name: 'dark-1440', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { name: 'light-375', viewport: { width: 375, height: 812 }, colorScheme: 'light' },
  { name: 'dark-375', viewport: { width: 375, height: 812 }, colorScheme: 'dark' },
] as const;

/** Nothing sticks out sideways. */
async function expectNoSideways(page: Page, view: string): Promise<void> {
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(width[0], `${view} is wider than the screen`).toBeLessThanOrEqual(width[1]!);
}

async function look(person: Person, view: string, name: string): Promise<void> {
  const { page } = person;
  // Whatever moves has come to rest.
  await page.waitForTimeout(500);
  expect(await seriousIssues(page), `${view} ${name}`).toEqual([]);
  await expectNoSideways(page, `${view} ${name}`);
  await person.shoot(`view-${view}-${name}`, { fullPage: true });
}

const demo = demoMarket();

describeInBrowser('axe', () => {
  it('finds what is wrong where something is', async () => {
    await using stage = await setStage();
    const { page } = await stage.person(null);
    await page.getByLabel('Or as somebody new').waitFor();
    await page.evaluate(() => {
      const faint = document.createElement('p');
      faint.textContent = 'Hard to read';
      faint.style.color = 'rgb(200 200 200)';
      document.querySelector('section')!.append(faint, document.createElement('img'));
    });
    expect((await seriousIssues(page)).map(({ id }) => id).sort()).toEqual(['color-contrast', 'image-alt']);
  });
});

describeInBrowser('every view', { timeout: 300_000 }, () => {
  it.each(LOOKS)('has no serious accessibility issue: $name', async ({ name, viewport, colorScheme }) => {
    await using stage = await setStage({ ...demo, demoUsers: DEMO_USERS });
    await stage.t.host.engine.trigger('demo-layla');
    const options = { viewport, colorScheme };
    const nobody = await stage.person(null, options);
    await nobody.page.getByRole('heading', { name: 'Try it as' }).waitFor();
    await look(nobody, 'sign-in', name);

    const layla = await stage.person('layla', options);
    await layla.page.locator('article.match').first().waitFor();
    await layla.page.getByText('Why this fits you').first().click();
    await layla.page.locator('.why li').first().waitFor();
    await look(layla, 'matches', name);
    await layla.page.getByRole('button', { name: 'Decline' }).first().click();
    await layla.page.getByRole('dialog').waitFor();
    await look(layla, 'decline', name);
    await layla.page.getByRole('button', { name: 'Back' }).click();
    await layla.open('My items');
    await layla.page.locator('.item').first().waitFor();
    await look(layla, 'items', name);
    await layla.page.getByRole('link', { name: /^Edit/ }).first().click();
    await layla.page.getByText('would answer').waitFor();
    await look(layla, 'editor', name);
    await layla.page.getByRole('combobox', { name: 'Category' }).nth(1).click();
    await layla.page.getByRole('listbox').waitFor();
    await look(layla, 'category-tree', name);
    await layla.page.keyboard.press('Escape');
    await layla.open('Inbox');
    await layla.page.locator('.inbox li').first().waitFor();
    await look(layla, 'inbox', name);
    await layla.open('Settings', 'Preferences');
    await layla.page.getByLabel('My own threshold').click();
    await look(layla, 'preferences', name);
    await layla.open('Map', 'Market map');
    await layla.page.getByTestId('map').locator('canvas').first().waitFor();
    await layla.page.getByRole('button', { name: 'Show the best' }).click();
    await layla.page.waitForTimeout(2_500);
    await look(layla, 'map', name);

    const dina = await stage.person('dina', options);
    await dina.page.getByText('No match yet').waitFor();
    await look(dina, 'no-match', name);

    const olga = await stage.person(null, options);
    await olga.page.getByRole('button', { name: /olga/ }).click();
    await olga.open('Operations');
    await olga.page.getByRole('button', { name: 'Simulate a busy evening' }).click();
    await olga.page.getByText(/of 240 items posted/).waitFor();
    await olga.page.waitForTimeout(5_000);
    await look(olga, 'operations', name);
    for (const { complaints } of [nobody, layla, dina, olga]) expect(complaints).toEqual([]);
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
    await look(layla, 'matches', 'rtl');
    await layla.open('My items');
    await look(layla, 'items', 'rtl');
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
