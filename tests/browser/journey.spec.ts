// One client from a contact to the archive in two ways: by the keyboard alone, and without scripts.

import { type Locator, type Page } from '@playwright/test';
import { expect, expectPage, test } from './fixtures.ts';

/** Goes on by Tab until something has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 150 && !(await isThere()); presses += 1) await page.keyboard.press('Tab');
  await expect(target).toBeFocused();
  await expect(target).toBeInViewport();
}

test('a client is contacted, assessed, discussed, corrected and archived by the keyboard alone', async ({ page, as }) => {
  test.setTimeout(90_000);
  await as('ada');
  await page.goto('/my-work');
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const main = page.getByRole('main');
  const message = page.locator('#flash');
  await press('/');
  await page.keyboard.type('northwind power');
  const found = page.getByRole('listbox', { name: 'Found' }).getByRole('option').first();
  await expect(found).toContainText('Northwind Power');
  await press('Enter');
  await expectPage(page, 'Northwind Power');

  await press('l');
  const sheet = page.getByRole('dialog', { name: 'Log contact with Northwind Power' });
  await tabTo(page, sheet.getByRole('radio').first());
  await press('3');
  await expect(sheet.getByLabel('Summary')).toBeFocused();
  await page.keyboard.type('Asked for the second study.');
  await press('Control+Enter');
  await expect(message).toContainText('Contact with Northwind Power logged');

  await tabTo(page, main.getByRole('link', { name: /^(Edit|Add) assessment/ }));
  await press('Enter');
  await expectPage(page, 'Assessment of Northwind Power');
  await tabTo(page, page.getByLabel('Strategy notes'));
  await press('Control+a');
  await page.keyboard.type('They want to be second.');
  await press('Control+Enter');
  await expect(message).toContainText('Assessment of Northwind Power saved');

  await tabTo(page, main.getByRole('link', { name: 'Add entry' }));
  await press('Enter');
  await tabTo(page, page.getByLabel('Next steps'));
  await page.keyboard.type('Send the study.');
  await press('Control+Enter');
  await expect(message).toContainText('Entry for Northwind Power saved');

  await tabTo(page, main.getByRole('link', { name: /^Correct the entry/ }).first());
  await press('Enter');
  await expectPage(page, 'Correct entry: Northwind Power');
  await tabTo(page, page.getByLabel('Next steps'));
  await press('Control+a');
  await page.keyboard.type('Send both studies.');
  await press('Control+Enter');
  await expectPage(page, 'Roundtable history of Northwind Power');
  await expect(page.getByRole('article').first()).toContainText('Send both studies.');

  await press('/');
  await expect(found).toContainText('Northwind Power');
  await press('ArrowDown', 'Enter');
  await expectPage(page, 'Northwind Power');
  await tabTo(page, main.locator('summary', { hasText: 'More actions' }));
  await press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Archive' }));
  await press('Enter');
  await expect(message).toContainText('Northwind Power archived');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a client is contacted, assessed, discussed, corrected and archived', async ({ page, as }) => {
    await as('ada');
    const main = page.getByRole('main');
    const message = page.locator('#flash');
    await page.goto('/clients?search=Cape+Meridian');
    const link = main.getByRole('link', { name: /^Cape Meridian/ }).first();
    const name = (await link.textContent())!;
    await link.click();
    await expectPage(page, name);

    await main.getByRole('link', { name: 'Log contact' }).click();
    await expectPage(page, `Log contact with ${name}`);
    await main.getByRole('radio', { name: 'Phone' }).check();
    await main.getByLabel('Summary').fill('Asked for the second study.');
    await main.getByRole('button', { name: 'Log contact' }).click();
    await expect(message).toContainText(`Contact with ${name} logged`);
    await expect(main).toContainText('Asked for the second study.');

    await main.getByRole('link', { name: /^(Edit|Add) assessment/ }).click();
    await main.getByLabel('Strategy notes').fill('They want to be second.');
    await main.getByRole('button', { name: 'Save assessment' }).click();
    await expect(message).toContainText(`Assessment of ${name} saved`);

    await main.getByRole('link', { name: 'Add entry' }).click();
    await main.getByLabel('Next steps').fill('Send the study.');
    await main.getByRole('button', { name: 'Save entry' }).click();
    await expect(message).toContainText(`Entry for ${name} saved`);

    await main.getByRole('link', { name: /^Correct the entry/ }).first().click();
    await main.getByLabel('Next steps').fill('Send both studies.');
    await main.getByRole('button', { name: 'Save correction' }).click();
    await expectPage(page, `Roundtable history of ${name}`);
    await expect(page.getByRole('article').first()).toContainText('Send both studies.');

    await main.getByRole('link', { name }).first().click();
    await main.locator('summary', { hasText: 'More actions' }).click();
    await main.getByRole('button', { name: 'Archive' }).click();
    await expect(message).toContainText(`${name} archived`);
    await expect(main.getByText('Archived', { exact: true })).toBeVisible();
  });
});
