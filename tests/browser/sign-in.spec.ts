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
