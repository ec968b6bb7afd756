// The dashboard on the first screen of a laptop, one's own work, both on a phone and on paper.

import type { Page } from '@playwright/test';
import { expect, expectPage, test } from './fixtures.ts';

/** The texts of the page that do not fit where they stand, and the tables that hide a part of themselves. */
async function cutTexts(page: Page): Promise<string[]> {
  return page.locator('main').evaluate((main) => {
    const isHidden = (element: Element) => element.closest('.rt-visually-hidden, details:not([open]) > :not(summary)');
    const hasText = (element: Element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    const all = [...main.querySelectorAll<HTMLElement>('*')].filter((element) => !isHidden(element));
    const cut = all.filter((element) => {
      const { overflowX } = getComputedStyle(element);
      const clips = overflowX !== 'visible' && (hasText(element) || element.matches('.rt-table-scroll'));
      return clips && element.scrollWidth > element.clientWidth + 1;
    });
    return cut.map((element) => element.textContent?.trim().slice(0, 60) ?? '');
  });
}

test('the figures, the panel and what is coming stand on the first screen of a laptop, whole', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/crm/dashboard');
  for (const part of ['.rt-figures', '#needs', '.rt-dashboard > aside']) {
    await expect(page.locator(part), part).toBeInViewport({ ratio: 1 });
  }
  await expect(page.locator('.rt-figure')).toHaveCount(4);
  await expect(page.locator('.rt-figure svg[role=img]').first()).toBeVisible();
  expect(await cutTexts(page)).toEqual([]);
  await page.goto('/my-work');
  expect(await cutTexts(page)).toEqual([]);
});

test('a tab shows its clients where the others stood', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/crm/dashboard');
  const tabs = page.locator('.rt-needs-tabs');
  await expect(tabs.getByRole('link', { name: /^Urgent/ })).toHaveAttribute('aria-current', 'true');
  await page.evaluate(() => Object.assign(window, { stays: true }));
  await tabs.getByRole('link', { name: /^Warning/ }).click();
  await expect(page).toHaveURL(/panel=warning/);
  await expect(tabs.getByRole('link', { name: /^Warning/ })).toBeFocused();
  await expect(page.locator('.rt-need-warning').first()).toBeVisible();
  expect(await page.evaluate(() => 'stays' in window)).toBe(true);
});

test('a follow-up is done by one click, and one stays', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/crm/dashboard');
  const list = page.locator('#follow-ups');
  const total = async () => Number(await list.locator('.rt-count').textContent());
  const before = await total();
  await list.getByRole('button', { name: /^Done/ }).first().click();
  await expect(list.locator('.rt-count')).toHaveText(String(before - 1));
  await expectPage(page, 'Dashboard');
  await list.getByRole('link', { name: /^All/ }).click();
  await expectPage(page, 'Open follow-ups');
});

test('a button says how much is handed over', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/people');
  const people = page.locator('td.rt-cell-main a');
  await people.filter({ hasText: 'Ana' }).first().click();
  await page.locator('.rt-head .rt-menu > summary').click();
  await page.getByRole('link', { name: 'Hand over work' }).click();
  const button = page.getByRole('button', { name: /^Hand over \d+$/ });
  const number = Number((await button.textContent())!.replace(/\D/g, ''));
  expect(number).toBe(await page.locator('main input[type=checkbox]').count());
  await page.locator('main input[type=checkbox]').first().uncheck();
  await expect(button).toHaveText(new RegExp(`Hand over\\s+${number - 1}`));
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('attention is in sight, and the menu lies over the page', async ({ page, as }) => {
    await as('nadia');
    await page.goto('/crm/dashboard');
    await expect(page.locator('.rt-need-days').first()).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('link', { name: /^Log contact with/ }).first()).toBeVisible();
    const heading = page.getByRole('heading', { level: 1 });
    const before = await heading.boundingBox();
    await page.locator('.rt-nav-fold > summary').click();
    await expect(page.getByRole('link', { name: 'Projects' })).toBeInViewport();
    expect(await heading.boundingBox()).toEqual(before);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('link', { name: 'Projects' })).toBeHidden();
  });

  test('fields are not zoomed into, and the page has one ground', async ({ page, as }) => {
    await as('nadia');
    await page.goto('/clients/new');
    const sizes = await page.locator('main :is(input:not([type=hidden]), select, textarea)').evaluateAll((fields) =>
      fields.map((field) => parseFloat(getComputedStyle(field).fontSize)),
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(16);
    const grounds = await page.evaluate(() => [document.body, document.querySelector('.rt-body')!].map((one) => getComputedStyle(one).backgroundColor));
    expect(grounds[0]).toBe(grounds[1]);
  });
});

test('nothing scrolls sideways at 320 pixels', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of ['/crm/dashboard', '/crm/dashboard?panel=warning', '/my-work', '/follow-ups', '/crm/trends', '/people/1/handover']) {
    await page.goto(path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
  }
});

test('paper holds whole texts, no forms, and who may read it', async ({ page, as }) => {
  await as('nadia');
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 700, height: 1000 });
  for (const path of ['/crm/dashboard', '/clients/1', '/crm/roundtable?page=1']) {
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('data-print-readers', 'NED Team only');
    await expect(page.locator('main :is(form, summary, .btn):visible')).toHaveCount(0);
    await expect(page.locator(':is(.rt-nav, .rt-top)').first()).toBeHidden();
    expect(await cutTexts(page), path).toEqual([]);
  }
});
