// What accessibility a machine can see: axe, against WCAG 2.2 A and AA and its own best practices.

import axe from 'axe-core';
import { expect, type Page } from '@playwright/test';

type Rules = { type: 'tag' | 'rule'; values: string[] };

const all: Rules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const contrast: Rules = { type: 'rule', values: ['color-contrast'] };

/** Fails when axe finds anything on the page, and lists each rule with the elements that break it. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNothing(page, all);
}

/** The same for contrast alone: all that another theme can change. */
export async function expectContrast(page: Page): Promise<void> {
  await expectNothing(page, contrast);
}

async function expectNothing(page: Page, runOnly: Rules): Promise<void> {
  // Our pages have no frames, and nobody reads what passed: asked by itself, axe answers in a third of the time.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (options) => (window as unknown as { axe: typeof axe }).axe.run(document, options),
    { runOnly, resultTypes: ['violations'] } satisfies axe.RunOptions,
  );
  const found = violations.map(({ id, impact, help, nodes }) => {
    const elements = nodes.map((node) => `    ${node.target.join(' ')}\n      ${node.html}`);
    return [`${id} (${impact}): ${help}`, ...elements].join('\n');
  });
  expect(found.length, `axe on ${page.url()}:\n${found.join('\n')}`).toBe(0);
}
