// What a phone must show without a look to the side: names, buttons of a row, reasons, all choices of several.

import { type Page } from '@playwright/test';

import { expect, test } from './fixtures.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

/** By how much what is in those parts of a page is wider than they are, the worst of them. */
function beyond(page: Page, parts: string): Promise<number> {
  const wider = (found: Element[]) => Math.max(...found.map((part) => part.scrollWidth - part.clientWidth));
  return page.locator(parts).evaluateAll(wider);
}

test('tables of a few columns fold, so that nothing stands beside the screen', async ({ page, as }) => {
  await as('nadia');
  for (const address of ['/crm/meetings', '/crm/meetings/6', '/crm/meetings/5', '/crm/since', '/crm/as-of']) {
    await page.goto(address);
    expect(await beyond(page, '.rt-table-scroll'), address).toBeLessThanOrEqual(0);
  }
});

test('a client can be moved on an agenda with its reason in sight', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/crm/meetings/6');
  const row = page.locator('tr[data-point]').first();
  await row.scrollIntoViewIfNeeded();
  await expect(row.getByRole('button', { name: /down$/ })).toBeInViewport({ ratio: 1 });
  await expect(row.locator('.rt-row-about')).toBeVisible();
});

test('a webhook is made with all that it can be told of in sight', async ({ page, as }) => {
  await as('ada');
  await page.goto('/admin/webhooks/new');
  expect(await beyond(page, '.rt-several')).toBeLessThanOrEqual(0);
  await page.getByLabel('What it is for').fill('Data warehouse');
  await page.getByLabel('Address').fill('https://hooks.example.org/of/a/rather/long/address/of/theirs/v1');
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await page.getByRole('link', { name: 'To the webhook' }).click();
  await page.goto('/admin/webhooks');
  expect(await beyond(page, '.rt-table-scroll')).toBeLessThanOrEqual(0);
  await expect(page.getByRole('cell', { name: /hooks\.example\.org/ })).toBeVisible();
});

test('the reason of an assessment has the whole line', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  const frame = (await page.locator('.rt-strip-team').boundingBox())!;
  const reason = (await page.locator('.rt-strip-team > :last-child').boundingBox())!;
  expect(reason.width).toBeGreaterThan(frame.width * 0.8);
});

/** The pages of a day's work. */
const walked = ['/crm/dashboard', '/clients', '/clients/1', '/crm/roundtable?page=1', '/crm/meetings/6'];

/** Goes to a page, with all of it that is folded opened. */
async function unfolded(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.evaluate(() => document.querySelectorAll('details').forEach((part) => (part.open = true)));
}

test('no field is so small that a phone would zoom in', async ({ page, as }) => {
  await as('nadia');
  for (const address of walked) {
    await unfolded(page, address);
    const fields = page.locator('input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea');
    const small = await fields.evaluateAll((all) => all
      .filter((field) => field.checkVisibility() && parseFloat(getComputedStyle(field).fontSize) < 16)
      .map((field) => field.id || field.outerHTML));
    expect.soft(small, address).toEqual([]);
  }
});

test('what is touched is at least 24 pixels high, unless it stands in a sentence', async ({ page, as }) => {
  await as('nadia');
  for (const address of walked) {
    await unfolded(page, address);
    const targets = page.locator('a, button, summary, select, textarea, input:not([type=hidden])');
    const low = await targets.evaluateAll((all) => {
      const area = (target: Element) => target.closest('label') ?? target;
      const isWord = (node: Node) => node.nodeType === Node.TEXT_NODE && /\w/.test(node.textContent!);
      const isInSentence = ({ localName, parentElement }: Element) =>
        localName === 'a' && parentElement!.localName === 'p' && [...parentElement!.childNodes].some(isWord);
      return all.filter((target) => target.checkVisibility() && !target.closest('.rt-visually-hidden, .rt-skip'))
        .filter((target) => !isInSentence(target) && area(target).getBoundingClientRect().height < 24)
        .map((target) => `${target.localName}: ${target.textContent?.trim().slice(0, 60)}`);
    });
    expect.soft(low, address).toEqual([]);
  }
});
