import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong, and where. */
export interface Fault {
  view: string;
  rule: string;
  impact: string;
  nodes: string[];
}

/**
 * Whatever axe finds on the page as it stands, by the rules of WCAG 2.2 A and AA and its best practices, of any impact;
 * and whether something sticks out sideways, which axe does not look for.
 */
export async function faultsOf(page: Page, view: string): Promise<Fault[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  if (!isThere) await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe as the page has it
    const { violations } = await (globalThis as any).axe.run(document, {
      resultTypes: ['violations'],
      rules: { 'target-size': { enabled: true } },
    });
    const root = document.documentElement;
    return {
      violations: violations as { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[],
      sideways: root.scrollWidth - root.clientWidth,
    };
  });
  const faults = found.violations.map(({ id, impact, nodes }) => ({
    view,
    rule: id,
    impact,
    nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`),
  }));
  if (found.sideways > 0)
    faults.push({ view, rule: 'sideways', impact: 'serious', nodes: [`wider than the screen by ${found.sideways}`] });
  return faults;
}
