// What is to be done: recognised while an entry is typed, done and taken back in place, moved in the calendar by keys.

import { expect, test } from './fixtures.ts';

const toast = '#flash .rt-toast';

/** A day of the next month as the forms take it, far enough from its ends that a week to either side lies in it. */
function inNextMonth(): { day: string; month: string } {
  const date = new Date();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 1);
  date.setUTCDate(12);
  const day = date.toISOString().slice(0, 10);
  return { day, month: day.slice(0, 7) };
}

test('lines of an entry are offered as ticks while they are typed, and become items', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/crm/roundtable/1/new');
  const ticks = page.locator('fieldset.rt-recognised').getByRole('checkbox');
  await page.getByLabel(/^Action items/).fill('Nadia Brandt: send the offer by Friday\nNadia: nothing of the kind\nSay hello');
  await expect(ticks).toHaveCount(2);
  await expect(ticks.first()).toBeChecked();
  await ticks.nth(1).uncheck();
  // What was unticked stays so while one goes on.
  await page.getByLabel(/^Action items/).press('End');
  await page.getByLabel(/^Action items/).pressSequentially(' to all');
  await expect(ticks.nth(1)).not.toBeChecked();
  await page.getByRole('button', { name: 'Save entry' }).click();
  await expect(page.locator(toast)).toContainText('1 action item made');
  await page.goto('/my-work');
  const item = page.locator('#items .rt-todo', { hasText: 'send the offer' });
  await item.getByRole('button', { name: /^Done/ }).click();
  await expect(item).toHaveCount(0);
  await page.locator(toast).getByRole('button', { name: 'Undo' }).click();
  await expect(item).toHaveCount(1);
  await item.locator('summary').click();
  await item.getByLabel('Hand on to').fill('Ada Winters');
  await item.getByRole('button', { name: 'Hand on' }).click();
  await expect(page.locator(toast)).toContainText('Handed on to Ada Winters');
  await expect(item).toHaveCount(0);
});

test('an entry of the calendar is moved by keys and by hand, and keeps the focus', async ({ page, as }) => {
  const { day, month } = inNextMonth();
  await as('paul');
  await page.goto('/clients/1');
  await page.locator('#action-items summary', { hasText: 'Add action item' }).click();
  await page.locator('#item-text').fill('visit the site');
  await page.locator('#item-due_date').fill(day);
  await page.getByRole('button', { name: 'Add action item' }).click();
  await expect(page.locator('#action-items')).toContainText('visit the site');
  await page.goto(`/calendar?day=${day}`);
  const entry = page.locator('.rt-entry', { hasText: 'visit the site' });
  const cell = (date: string) => page.locator(`[data-day="${date}"]`, { hasText: 'visit the site' });
  await expect(cell(day)).toHaveCount(1);
  await entry.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(cell(`${month}-13`)).toHaveCount(1);
  await expect(entry).toBeFocused();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(cell(`${month}-20`)).toHaveCount(1);
  await entry.dragTo(page.locator(`[data-day="${month}-18"] .rt-day-name`));
  await expect(cell(`${month}-18`)).toHaveCount(1);
  await page.locator(toast).getByRole('button', { name: 'Undo' }).click();
  await expect(cell(`${month}-20`)).toHaveCount(1);
});

test('the calendar works without scripts, and shows its address once', async ({ browser, server, session }) => {
  const context = await browser.newContext({ baseURL: server.address, javaScriptEnabled: false });
  await context.addCookies(await session('nadia'));
  const page = await context.newPage();
  await page.goto('/calendar');
  await page.locator('summary', { hasText: 'Move to another day' }).click();
  const what = page.getByLabel('What');
  const words = await what.locator('option').nth(1).innerText();
  await what.selectOption({ index: 1 });
  await page.getByLabel('To', { exact: true }).fill('tomorrow');
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(page.locator(toast)).toContainText(/moved to/);
  expect(words).not.toBe('');
  await page.goto('/calendar/address');
  await page.getByRole('button', { name: 'Make an address' }).click();
  const address = await page.locator('#calendar-address').innerText();
  expect(address).toMatch(/\/calendar\/[0-9a-f]{40}\.ics$/);
  const file = await page.request.get(new URL(address).pathname);
  expect(await file.text()).toContain('BEGIN:VCALENDAR');
  await page.goto('/calendar/address');
  await expect(page.locator('#calendar-address')).toHaveCount(0);
  await context.close();
});
