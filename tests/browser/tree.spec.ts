// What a screen reader is told of a list, a record, the search box and the sheet: roles, names and states.

import { expect, test } from './fixtures.ts';

test('a list is a table with headings that can be ordered by, and rows that are named', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await expect(page.getByRole('navigation', { name: 'Views' })).toMatchAriaSnapshot(`
    - navigation "Views":
      - link /All \\d+/
  `);
  const table = page.getByRole('region', { name: 'Clients' }).getByRole('table');
  await expect(table.getByRole('columnheader', { name: /^Client/ })).toHaveAttribute('aria-sort', 'ascending');
  for (const name of ['Attention', 'Last contact', 'Next contact', 'Point of contact', 'Priority', 'Status', 'Type']) {
    await expect(table.getByRole('columnheader', { name })).toBeVisible();
  }
  const row = table.getByRole('row').filter({ hasText: 'Cape Meridian Power' });
  await expect(row.getByRole('checkbox', { name: 'Choose Cape Meridian Power' })).not.toBeChecked();
  await expect(row.getByRole('link', { name: 'Cape Meridian Power', exact: true })).toBeVisible();
  // Which of them depends on what other journeys logged with the client.
  await expect(row.getByRole('cell').filter({ hasText: /^(Urgent|Warning|On track)$/ })).toBeVisible();
});

test('a record has one title, parts with headings, and its facts beside it', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  const parts = await page.getByRole('main').getByRole('heading', { level: 2 }).allTextContents();
  expect(parts.map((part) => part.trim())).toEqual(expect.arrayContaining(['Links', 'Timeline']));
  await expect(page.getByRole('complementary', { name: 'About the client' })).toContainText('NED Team only');
  await expect(page.getByRole('term').filter({ hasText: 'Last contact' }).first()).toBeVisible();
});

test('the search box says what it offers and which of it is chosen', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  const box = page.getByRole('combobox', { name: 'Search everything' });
  await page.keyboard.press('/');
  await expect(box).toBeFocused();
  await page.keyboard.type('cape');
  const found = page.getByRole('listbox', { name: 'Found' });
  const first = found.getByRole('option', { selected: true });
  await expect(first).toContainText('Cape Meridian');
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await expect(box).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id'))!);
  await page.keyboard.press('ArrowDown');
  await expect(found.getByRole('option').nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(box).toHaveAttribute('aria-expanded', 'false');
});

test('the sheet is a dialog whose fields are named and whose types are one group', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  await page.keyboard.press('l');
  const sheet = page.getByRole('dialog', { name: 'Log contact' });
  await expect(sheet.getByRole('combobox', { name: 'Client' })).toBeFocused();
  const types = sheet.getByRole('radiogroup', { name: /Type/ });
  await expect(types.getByRole('radio')).toHaveCount(5);
  for (const name of ['In-person', 'Phone', 'Email', 'Video', 'Conference']) {
    await expect(types.getByRole('radio', { name })).not.toBeChecked();
  }
  await expect(sheet.getByRole('textbox', { name: /^Summary/ })).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Log contact' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});
