// The way in and out: a wrong password, the right one, and no way back after signing out.

import { expectAccessible } from './axe.ts';
import { expect, screenshot, sendSignIn, signIn, signOut, test } from './fixtures.ts';

test('a wrong password is refused in words and keeps the name that was typed', async ({ page }) => {
  await sendSignIn(page, 'paul', 'not the password');

  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByText('User name or password is wrong.')).toBeVisible();
  await expect(page.getByLabel('User name')).toHaveValue('paul');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await expectAccessible(page);
  await screenshot(page, 'sign-in-refused');
});

test('without signing in, a page leads to the sign-in form', async ({ page }) => {
  await page.goto('/clients');

  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, 'sign-in');
});

test('the right password opens the pages', async ({ page }) => {
  await signIn(page, 'paul');

  await page.goto('/clients');
  await expect(page).toHaveURL(/\/clients$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
});

test('after signing out the pages are closed again', async ({ page }) => {
  await signIn(page, 'paul');
  await signOut(page);

  await page.goto('/clients');
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('signing out in one tab ends all tabs, and what was typed waits for its author alone', async ({ page }) => {
  await signIn(page, 'paul');
  const other = await page.context().newPage();
  await other.goto('/clients/new');
  await other.evaluate(() => localStorage.setItem('roundtable.theme', 'dark'));
  await other.getByLabel('Client name').fill('A client nobody else may read');
  await expect(other.getByText('Draft saved')).toBeVisible();

  await signOut(page);

  await other.waitForURL(/\/sign-in$/);
  const kept = await other.evaluate(() => JSON.stringify([sessionStorage, localStorage]));
  expect(kept).not.toContain('nobody else');
  expect(await other.evaluate(() => localStorage.getItem('roundtable.theme'))).toBe('dark');
  await signIn(other, 'nadia');
  await other.goto('/clients/new');
  await expect(other.getByLabel('Client name')).toHaveValue('');
  await signOut(other);
  await signIn(other, 'paul');
  await other.goto('/clients/new');
  await expect(other.getByLabel('Client name')).toHaveValue('A client nobody else may read');
  await other.getByRole('button', { name: 'Discard it' }).click();
  await expect(other.getByLabel('Client name')).toHaveValue('');
});
