// How few keys the commonest tasks take, beside the words that are typed; hand.spec.ts and record.spec.ts count those of a
// contact, a meeting and a priority.

import { type Page } from '@playwright/test';
import { dayFromToday, expect, expectPage, test } from './fixtures.ts';

/** Presses keys and counts them; what is typed as words counts nothing, what is typed as keys one by one. */
function hand(page: Page) {
  let pressed = 0;
  return {
    press: async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      pressed += keys.length;
    },
    say: async (words: string) => page.keyboard.type(words),
    count: () => pressed,
  };
}

/** The id of the client of that name. */
async function clientId(page: Page, name: string): Promise<number> {
  const answer = await page.request.get(`/clients/api/search?q=${encodeURIComponent(name)}`);
  const found = (await answer.json()) as { client_id: number }[];
  return found[0]!.client_id;
}

test('a client is opened in six keys, its letters among them', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  const keys = hand(page);
  await keys.press('/', 'c', 'a', 'p', 'e');
  await expect(page.getByRole('listbox', { name: 'Found' }).getByRole('option').first()).toContainText('Cape Meridian');
  await keys.press('Enter');
  await expectPage(page, /Cape Meridian/);
  expect(keys.count()).toBe(6);
});

test('a client is made in at most eight keys beside its name', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  const keys = hand(page);
  await keys.press('g', 'c');
  await expectPage(page, 'Clients');
  await keys.press('n');
  await expectPage(page, 'New client');
  await keys.say('Larkspur Harbor Authority');
  await keys.press('Control+Enter');
  await expectPage(page, 'Larkspur Harbor Authority');
  expect(keys.count()).toBeLessThanOrEqual(8);
});

test('a vendor is linked in at most five keys beside its name', async ({ page, as }) => {
  await as('nadia');
  await page.goto(`/clients/${await clientId(page, 'Larkspur Harbor')}`);
  await page.waitForLoadState();
  const keys = hand(page);
  await keys.press('a', 'v');
  await expect(page.getByRole('combobox', { name: /^Vendor/ })).toBeFocused();
  await keys.say('holtec');
  await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('Holtec');
  await keys.press('Enter', 'Control+Enter');
  await expect(page.locator('#flash')).toContainText(/Holtec.*linked/);
  expect(keys.count()).toBeLessThanOrEqual(5);
});

test('my clients with a warning are one key away', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await page.waitForLoadState();
  const keys = hand(page);
  const views = page.getByRole('navigation', { name: 'Views' });
  const names = await views.getByRole('link').allTextContents();
  await keys.press(String(names.findIndex((name) => name.includes('Mine with a warning')) + 1));
  await expect(page).toHaveURL(/poc=\d+&attention=warning/);
  await expect(views.locator('[aria-current]')).toContainText('Mine with a warning');
  expect(keys.count()).toBe(1);
});

test('a follow-up is ticked off with one press', async ({ page, as, baseURL }) => {
  await as('nadia');
  const id = await clientId(page, 'Cape Meridian');
  const contact = { contact_date: dayFromToday(0), contact_type: 'Phone', contacted_by: '1', summary: 'A promise.' };
  const followUp = { follow_up_needed: 'on', follow_up_date: dayFromToday(1), follow_up_assigned_to: '1' };
  const headers = { origin: baseURL! };
  const form = { ...contact, ...followUp };
  const made = await page.request.post(`/clients/${id}/contact`, { form, headers, maxRedirects: 0 });
  expect(made.status()).toBe(303);
  await page.goto('/follow-ups');
  await page.waitForLoadState();
  await page.getByRole('button', { name: /^Done.*Cape Meridian/ }).first().click();
  await expect(page.locator('#flash')).toContainText('Undo');
});
