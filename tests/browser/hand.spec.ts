// Where the hand is served: focus where one types, the way back to where one was, a meeting by keys alone.

import type { Locator, Page } from '@playwright/test';
import { expect, expectPage, signIn, signInHere, test } from './fixtures.ts';

test('a form that the page is for has the focus in its first empty field', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await page.keyboard.press('n');
  await expectPage(page, 'New client');
  await expect(page.getByLabel('Client name')).toBeFocused();
  await page.goto('/contacts/new');
  await expect(page.getByRole('combobox', { name: 'Client' })).toBeFocused();
});

test('after a save the keys go on in the page that it led to', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Juniper Flats Electric');
  await page.keyboard.press('Control+Enter');
  await expectPage(page, 'Juniper Flats Electric');
  await expect(page.locator('#main')).toBeFocused();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
});

test('signing in leads to the page that was asked for', async ({ page }) => {
  await page.goto('/clients?client_type=Utility');
  await expect(page).toHaveURL(/\/sign-in$/);
  await signInHere(page, 'paul');
  await expect(page).toHaveURL(/\/clients\?client_type=Utility$/);
});

test('words typed before the session ended are there again after signing in', async ({ page, context }) => {
  await signIn(page, 'paul');
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Alder Basin Power');
  await expect(page.getByText('Draft saved')).toBeVisible();
  const session = (await context.cookies()).find((cookie) => cookie.name.includes('session'));
  await context.addCookies([{ ...session!, value: 'f'.repeat(64) }]);
  await page.getByRole('button', { name: 'Save client' }).click();
  await expect(page.getByText('Your session ended. Your words are kept')).toBeVisible();
  await signInHere(page, 'paul');
  await expect(page).toHaveURL(/\/clients\/new$/);
  await expect(page.getByLabel('Client name')).toHaveValue('Alder Basin Power');
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(page.getByLabel('Client name')).toHaveValue('');
});

test('a form that was refused, and sent again after the session ended, is there again with its words', async ({ page, context }) => {
  await signIn(page, 'paul');
  for (const [address, field, button] of [
    ['/clients/views/new?list=client_type%3DUtility', 'Name of the view', 'Save view'],
    ['/clients/new', 'Client name', 'Save client'],
  ] as const) {
    await page.goto(address);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByLabel(field).fill('Alder Basin');
    await expect(page.getByText('Draft saved')).toBeVisible();
    const session = (await context.cookies()).find((cookie) => cookie.name.includes('session'));
    await context.addCookies([{ ...session!, value: 'f'.repeat(64) }]);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByText('Your session ended. Your words are kept')).toBeVisible();
    await signInHere(page, 'paul');
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(address);
    await expect(page.getByLabel(field)).toHaveValue('Alder Basin');
    await page.getByRole('button', { name: 'Discard it' }).click();
    await expect(page.getByLabel(field)).toHaveValue('');
  }
});

test('a list keeps its place, and its records are walked through by keys', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  const names = await page.locator('td.rt-cell-main a').allTextContents();
  const scroller = page.locator('.rt-table-scroll');
  await scroller.evaluate((element) => element.scrollTo(0, 300));
  const before = await scroller.evaluate((element) => element.scrollTop);
  await page.getByRole('link', { name: names[12], exact: true }).click();
  await expectPage(page, names[12]!);
  await page.keyboard.press(']');
  await expectPage(page, names[13]!);
  await page.keyboard.press('[');
  await expectPage(page, names[12]!);
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await expectPage(page, 'Clients');
  expect(await scroller.evaluate((element) => element.scrollTop)).toBe(before);
  await expect(page.locator('tr[data-current] a').first()).toHaveText(names[12]!);
});

test('a meeting is held by keys: an entry and the next client take two', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/crm/roundtable?page=1');
  await page.waitForLoadState();
  const agenda = page.getByRole('navigation', { name: 'Agenda' });
  const names = await agenda.locator('.rt-point-name').allTextContents();
  const client = () => page.locator('.rt-at-table h2');
  const first = names.indexOf((await client().textContent())!.trim());
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  expect(height).toBeLessThanOrEqual(800);
  await expect(page.getByRole('button', { name: 'Save entry' })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('i');
  await expect(page.getByLabel('Next steps')).toBeFocused();
  for (const step of [1, 2, 3]) {
    await page.keyboard.type(`Send part ${step}`);
    await page.keyboard.press('Control+Shift+Enter');
    await expect(client()).toHaveText(names[first + step]!);
    await page.waitForLoadState();
    await expect(page.getByLabel('Next steps')).toBeFocused();
    await expect(page.getByLabel('Next steps')).toHaveValue('');
    // Also beside the message of the last save.
    await expect(page.getByRole('button', { name: 'Save entry' })).toBeInViewport({ ratio: 1 });
  }
  await page.keyboard.type('Stay here');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('main')).toContainText('Stay here');
  await expect(client()).toHaveText(names[first + 3]!);
  await expect(page.getByLabel('Next steps')).toBeFocused();
  await expect(agenda.locator('[aria-current]')).toBeInViewport();
});

test('the search box opens records, texts and commands while one types', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  const name = await page.locator('td.rt-cell-main a').nth(3).textContent();
  await page.keyboard.press('/');
  await page.keyboard.type(name!.slice(0, 4).toLowerCase());
  const found = page.getByRole('listbox', { name: 'Found' });
  await expect(found.getByRole('option', { name: name!, exact: false }).first()).toBeVisible();
  await expect(found.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await expect(found.getByRole('option', { name: `Log contact with ${name}` })).toBeVisible();
  await page.keyboard.press('Enter');
  await expectPage(page, name!);
  await page.goto('/people');
  await page.keyboard.press('Control+k');
  await expect(found.getByRole('option').first()).toContainText(name!);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expectPage(page, name!);
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await expect(found).toBeHidden();
  await page.goto('/clients/1/action-items/new');
  await page.getByLabel('What is to be done').fill('Send the heliograph drawings.');
  await page.getByLabel('What is to be done').press('Control+Enter');
  await expect(page.getByRole('main')).toContainText('Send the heliograph drawings.');
  // The key is heard by a script, which runs when the page is there to its end.
  await page.waitForLoadState();
  await page.keyboard.press('/');
  await page.keyboard.type('drawings heliog');
  await expect(found.getByRole('option', { name: /Send the heliograph drawings\./ })).toContainText('Action items');
});

test('the search box shows what may be done last, and Ctrl-Enter opens a tab', async ({ page, as, baseURL }) => {
  await as('nadia');
  const form = { contact_date: 'today', contact_type: 'Phone', summary: 'They look at another cape.' };
  const logged = await page.request.post('/clients/1/contact', { form, headers: { origin: baseURL! } });
  expect(logged.ok()).toBe(true);
  await page.goto('/my-work');
  await page.keyboard.press('/');
  await page.keyboard.type('cape');
  const found = page.getByRole('listbox', { name: 'Found' }).getByRole('option');
  await expect(found.first()).toContainText('Cape Meridian');
  const kinds = await found.evaluateAll((options) => options.map((option) => {
    if (option.querySelector('small')) return 'text';
    return /^(Log|Assign|New|Go)/.test(option.textContent!) ? 'what may be done' : 'record';
  }));
  const order = ['record', 'text', 'what may be done'];
  expect([...new Set(kinds)]).toEqual(order);
  expect(kinds).toEqual([...kinds].sort((one, other) => order.indexOf(one) - order.indexOf(other)));
  const tab = page.context().waitForEvent('page');
  await page.keyboard.press('Control+Enter');
  await expectPage(await tab, /Cape Meridian/);
  await expect(page).toHaveURL(/\/my-work$/);
});

/** Opens the sheet over one's work by `l`, and chooses client and type by keys. */
async function beginContact(page: Page): Promise<Locator> {
  await page.goto('/my-work');
  const sheet = page.getByRole('dialog', { name: 'Log contact' });
  await page.keyboard.press('l');
  await expect(sheet.getByRole('combobox', { name: 'Client' })).toBeFocused();
  await page.keyboard.type('cape');
  await expect(sheet.getByRole('option').first()).toContainText('Cape Meridian');
  for (const key of ['Enter', 'Tab', '2']) await page.keyboard.press(key);
  return sheet;
}

test('a contact is logged over the page that is open, in eight keys beside the words', async ({ page, as }) => {
  await as('nadia');
  const sheet = await beginContact(page);
  await expect(sheet.getByRole('radio', { name: 'Phone' })).toBeChecked();
  await expect(sheet.getByLabel('Summary')).toBeFocused();
  await page.keyboard.type('Asked for the siting report.');
  await page.keyboard.press('Control+Enter');
  await expect(sheet).toBeHidden();
  await expect(page).toHaveURL(/\/my-work$/);
  await expect(page.locator('#flash')).toContainText(/Contact with Cape Meridian.* logged/);
  // What is logged is no draft any more.
  await page.keyboard.press('l');
  await expect(sheet.getByLabel('Summary')).toHaveValue('');
  await expect(sheet.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.goto('/contacts');
  await expect(page.getByRole('main')).toContainText('Asked for the siting report.');
});

test('a draft keeps the type that was chosen', async ({ page, as }) => {
  await as('paul');
  await page.goto('/contacts/new');
  // Awaited as such: "Draft saved" may stand there from a draft that was kept before.
  const kept = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok());
  await page.getByRole('radio', { name: 'Video' }).check();
  await kept;
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Video' })).toBeChecked();
  await page.getByRole('radio', { name: 'Email' }).check();
  expect(await page.locator('input[name=contact_type]:checked').inputValue()).toBe('Email');
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
});

test('what is wrong in the sheet is said there, and nothing is lost', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await page.keyboard.press('l');
  const sheet = page.getByRole('dialog', { name: 'Log contact' });
  await sheet.getByLabel('Summary').fill('Words that stay.');
  await sheet.getByRole('button', { name: 'in 2 weeks' }).first().click();
  await sheet.getByRole('button', { name: 'Log contact' }).click();
  await expect(sheet.getByRole('alert')).toContainText('Choose the client from the list.');
  await expect(sheet.getByLabel('Summary')).toHaveValue('Words that stay.');
  await expect(sheet.getByLabel('Next contact on')).toHaveValue('in 2 weeks');
});

test('a contact that meets an ended session stays in its sheet, beside the way to sign in', async ({ page, as, context }) => {
  await as('nadia');
  const sheet = await beginContact(page);
  await page.keyboard.type('Asked again.');
  await context.clearCookies();
  await page.keyboard.press('Control+Enter');
  await expect(sheet.getByRole('link', { name: 'Sign in in a new tab' })).toBeVisible();
  await expect(sheet.getByLabel('Summary')).toHaveValue('Asked again.');
});
