// The message over the page: what was done, taken back by its button or Ctrl-Z, and gone by itself.

import { expect, test } from './fixtures.ts';

const toast = '#flash .rt-toast';

test('a link that is taken off comes back with Undo, and the page does not move', async ({ page, as }) => {
  await as('paul');
  await page.goto('/clients?search=tidewater');
  await page.getByRole('link', { name: 'Tidewater Public Power', exact: true }).click();
  await page.locator('#links, .rt-section').first().waitFor();
  await page.goto(`${page.url()}/edit`);
  const type = page.getByLabel(/^Type/);
  const before = await type.inputValue();
  await type.selectOption('Other');
  await page.getByRole('button', { name: 'Save client' }).click();
  const message = page.locator(toast);
  await expect(message).toContainText('Tidewater Public Power saved');
  expect(await message.evaluate((element) => getComputedStyle(element).position)).toBe('fixed');
  expect(await page.locator('#flash').getAttribute('role')).toBe('status');
  const address = page.url();
  await message.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator(toast)).toContainText('is as it was before');
  expect(page.url()).toBe(address);
  await page.goto(`${address}/edit`);
  await expect(type).toHaveValue(before);
});

test('Ctrl-Z takes back what the message tells of, but not while one types', async ({ page, as }) => {
  await as('paul');
  await page.goto('/owners/new');
  await page.getByLabel('Company name').fill('Ctrl Zed Holdings');
  await page.getByRole('button', { name: 'Save owner' }).click();
  await expect(page.locator(toast)).toContainText('Ctrl Zed Holdings saved');
  await expect(page.locator(toast).getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await page.locator('summary', { hasText: 'More actions' }).click();
  await page.getByRole('button', { name: 'Archive' }).click();
  await expect(page.locator(toast)).toContainText('Ctrl Zed Holdings archived');
  await page.locator('#search').focus();
  await page.keyboard.press('Control+z');
  await expect(page.locator(toast)).toContainText('archived');
  await page.locator('#search').blur();
  await page.keyboard.press('Control+z');
  await expect(page.locator(toast)).toContainText('Ctrl Zed Holdings is back in the lists');
  await page.locator('summary', { hasText: 'More actions' }).click();
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByRole('main')).toContainText('archived this owner');
  await expect(page.getByRole('main').getByText('Undone')).toBeVisible();
});

test('the message goes after ten seconds, not while it is pointed at, and at once when it is closed', async ({ page, as }) => {
  await as('paul');
  await page.clock.install();
  const save = async () => {
    await page.goto('/owners');
    await page.locator('.rt-cell-main a, td a').first().click();
    await page.goto(`${page.url()}/edit`);
    await page.getByRole('button', { name: 'Save owner' }).click();
    await expect(page.locator(toast)).toBeVisible();
  };
  await save();
  await page.clock.runFor(9_000);
  await expect(page.locator(toast)).toBeVisible();
  await page.locator(toast).hover();
  await page.clock.runFor(20_000);
  await expect(page.locator(toast)).toBeVisible();
  await page.mouse.move(5, 5);
  await page.clock.runFor(10_500);
  await expect(page.locator(toast)).toHaveCount(0);
  await save();
  await page.locator(toast).getByRole('button', { name: 'Close' }).click();
  await expect(page.locator(toast)).toHaveCount(0);
});

test('without scripts the message stays, and Undo is a form', async ({ browser, baseURL, session }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  await context.addCookies(await session('paul'));
  const page = await context.newPage();
  await page.goto('/owners');
  await page.locator('td a').first().click();
  await page.locator('summary', { hasText: 'More actions' }).click();
  await page.getByRole('button', { name: 'Archive' }).click();
  await expect(page.locator(toast)).toContainText('archived');
  await expect(page.locator(toast).getByRole('button', { name: 'Close' })).toBeHidden();
  await page.locator(toast).getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator(toast)).toContainText('is back in the lists');
  await context.close();
});
