import { expect, it } from 'vitest';
import { goodClaims, SECRET, signed } from '../support/host';
import { faultsOf } from './support/axe';
import { describeInBrowser, setStage } from './support/stage';

const categories = [
  { id: 'all', name: 'Everything' },
  { id: 'phones', name: '<b>Phones</b>', parentId: 'all' },
  { id: 'laptops', name: 'Laptops', parentId: 'all' },
];

/** What a hostile title would do; each is kept by the host, or refused by it, and shown as the text it is. */
const TITLES = {
  script: '<script>globalThis.pwned = 1</script>',
  image: '<img src=x onerror="globalThis.pwned = 1">',
  svg: '"><svg/onload=globalThis.pwned=1>',
  link: '<a href="javascript:globalThis.pwned=1">free phone</a>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template language might read it
  template: '{{constructor.constructor("globalThis.pwned=1")()}} ${globalThis.pwned=1}',
  entity: '&lt;script&gt;globalThis.pwned=1&lt;/script&gt;',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈👍🏽 phone 🇪🇬',
  marks: `Z${'\u0300\u0323'.repeat(60)}algo`,
  arabic: 'هاتف (مستعمل) iPhone 12 — 64GB',
  long: `${'W'.repeat(199)}!`,
};

describeInBrowser('attacks in the browser', { timeout: 180_000 }, () => {
  it('21, 23 whatever a title holds is shown as text, everywhere', async () => {
    await using stage = await setStage({ categories, engine: { policies: { throttle: [], perEvent: 50 } } });
    const { t } = stage;
    const token = await t.login('mallory');
    const ana = await t.login('ana');
    const post = (who: string, body: object) => t.call('POST', '/api/v1/items', { token: who, body });
    await post(ana, { title: 'My laptop', categoryId: 'laptops', wants: [{ categoryId: 'phones' }] });
    for (const [name, title] of Object.entries(TITLES)) {
      const owner = name === 'script' ? token : await t.login(`mallory <i>${name}</i>`);
      const answer = await post(owner, {
        title,
        description: title,
        categoryId: 'phones',
        wants: [{ categoryId: 'laptops', keywords: ['<u>laptop</u>'] }],
      });
      expect([name, answer.status]).toEqual([name, 201]);
    }
    // A title of 10,000 characters, or with an override of the direction, does not get this far.
    for (const title of ['x'.repeat(10_000), 'Phone\u202efdp.exe', 'Phone\u2066\nforged', 'Phone\u0000']) {
      expect((await post(token, { title, categoryId: 'phones' })).status).toBe(400);
    }

    const victim = await stage.person('ana');
    const { page } = victim;
    const shown: string[] = [];
    for (const view of ['Matches', 'Inbox', 'Map', 'My items'] as const) {
      await victim.open(view, view === 'Map' ? 'Market map' : view);
      if (view === 'Matches') {
        await page.locator('article.match').first().waitFor();
        const more = page.getByRole('button', { name: /Show more/ });
        while (await more.count()) await more.first().click();
        for (const summary of await page.getByText('Why this fits you').all()) await summary.click();
        await page.waitForTimeout(500);
      }
      if (view === 'Inbox') await page.locator('.inbox li').first().waitFor();
      if (view === 'Map') await page.locator('.moves li').first().waitFor();
      shown.push((await page.locator('main').textContent()) ?? '');
      expect(
        await page.locator('main script, main img, main a[href^="javascript"], main i, main u, main b').count(),
      ).toBe(0);
      await victim.shoot(`attack-${view.toLowerCase().replace(' ', '-')}`, { fullPage: true });
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content, view).toBeLessThanOrEqual(screen!);
    }
    for (const title of Object.values(TITLES)) expect(shown[0]).toContain(title);
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(victim.complaints).toEqual([]);
  });

  it('21 a name with an override turns nothing but itself', async () => {
    await using stage = await setStage({ categories });
    // Such a name is refused at the dev login; a real identity provider may let it through, and the host does not.
    const evil = signed(goodClaims('ana\u202ebob'));
    expect((await stage.t.call('GET', '/api/v1/me', { token: evil })).status).toBe(401);
    const person = await stage.person(null);
    await person.page.getByLabel('Or as somebody new').fill('ana\u202ebob');
    await person.page.getByRole('button', { name: 'Sign in' }).click();
    await person.page.getByRole('alert').getByText('not allowed').waitFor();
  });

  it('17 in production nobody is offered a sign-in as somebody, and the policy runs nothing inline', async () => {
    await using stage = await setStage({
      categories,
      production: true,
      jwtSecret: SECRET,
      demoUsers: [{ userId: 'ana', about: 'x' }],
      corsOrigins: [],
    });
    const person = await stage.person(null);
    const { page } = person;
    await page.getByLabel('Access token').waitFor();
    expect(await page.getByText('Try it as').count()).toBe(0);
    await person.shoot('production-sign-in');
    const blocked = await page.evaluate(async () => {
      const told = new Promise<string>((resolve) =>
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective)),
      );
      const script = document.createElement('script');
      try {
        script.textContent = 'globalThis.pwned = 1';
      } catch {
        return 'trusted types';
      }
      document.body.append(script);
      return told;
    });
    expect(blocked).toMatch(/trusted types|require-trusted-types-for|script-src/);
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    const elsewhere = await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(elsewhere).toBe('refused');
    await page.getByLabel('Access token').fill('no token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Your session has ended').waitFor();
    expect(await faultsOf(page, 'a token refused')).toEqual([]);
  });

  it('keeps the token out of addresses, cookies and the storage of other tabs', async () => {
    await using stage = await setStage({ categories });
    const ana = await stage.person('ana');
    const token = await ana.page.evaluate(() => sessionStorage.getItem('barterloop.token'));
    expect(token).toMatch(/^ey/);
    expect(await ana.context.cookies()).toEqual([]);
    expect(await ana.page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token);
    const other = await ana.context.newPage();
    const asked: string[] = [];
    other.on('request', (request) => asked.push(request.url()));
    await other.goto(stage.t.url);
    await other.getByLabel('Or as somebody new').waitFor();
    expect(asked.join()).not.toContain(token!);
    expect(stage.t.logText()).not.toContain(token);
    await ana.page.getByRole('button', { name: 'Sign out' }).click();
    await ana.page.getByLabel('Or as somebody new').waitFor();
    expect(await ana.page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});
