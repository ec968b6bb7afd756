// What accessibility a machine can see: axe, against WCAG 2.2 A and AA and its own best practices.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails when axe finds anything on the page, and lists each rule with the elements that break it. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  const found = violations.map(({ id, impact, help, nodes }) => {
    const elements = nodes.map((node) => `    ${node.target.join(' ')}\n      ${node.html}`);
    return [`${id} (${impact}): ${help}`, ...elements].join('\n');
  });
  expect(found.length, `axe on ${page.url()}:\n${found.join('\n')}`).toBe(0);
}
