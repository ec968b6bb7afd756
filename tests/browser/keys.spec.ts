// How few keys, clicks and pages the commonest tasks take, beside the words that are typed.

import { type Locator, type Page } from '@playwright/test';
import { dayFromToday, expect, expectPage, test } from './fixtures.ts';

type Work = { keys: number; clicks: number; pages: number };

/** Presses and clicks, and counts that and the pages that are loaded; what is typed as words counts nothing. */
function hand(page: Page) {
  const done: Work = { keys: 0, clicks: 0, pages: 0 };
  page.on('domcontentloaded', () => (done.pages += 1));
  return {
    press: async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      done.keys += keys.length;
    },
    click: async (target: Locator) => {
      await target.click();
      done.clicks += 1;
    },
    say: async (words: string) => page.keyboard.type(words),
    expectAtMost: (most: Work) => {
      for (const kind of ['keys', 'clicks', 'pages'] as const) {
        expect(done[kind], `${done[kind]} ${kind}`).toBeLessThanOrEqual(most[kind]);
      }
    },
  };
}

/** The id of the client of that name. */
async function clientId(page: Page, name: string): Promise<number> {
  const answer = await page.request.get(`/clients/api/search?q=${encodeURIComponent(name)}`);
  const found = (await answer.json()) as { client_id: number }[];
  return found[0]!.client_id;
}

test('a contact is logged in at most eight keys beside its words, without another page', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  const work = hand(page);
  const sheet = page.getByRole('dialog', { name: 'Log contact' });
  await work.press('l');
  await expect(sheet.getByRole('combobox', { name: 'Client' })).toBeFocused();
  await work.say('cape');
  await expect(sheet.getByRole('option').first()).toContainText('Cape Meridian');
  await work.press('Enter', 'Tab', '2');
  await expect(sheet.getByLabel('Summary')).toBeFocused();
  await work.say('Asked for the outage plan.');
  await work.press('Control+Enter');
  await expect(page.locator('#flash')).toContainText(/Contact with Cape Meridian.* logged/);
  work.expectAtMost({ keys: 8, clicks: 0, pages: 0 });
});

test('a client is opened in six keys, its letters among them', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  const work = hand(page);
  await work.press('/', 'c', 'a', 'p', 'e');
  await expect(page.getByRole('listbox', { name: 'Found' }).getByRole('option').first()).toContainText('Cape Meridian');
  await work.press('Enter');
  await expectPage(page, /Cape Meridian/);
  work.expectAtMost({ keys: 6, clicks: 0, pages: 1 });
});

test('a priority is changed in two keys where it stands', async ({ page, as }) => {
  await as('nadia');
  await page.goto(`/clients/${await clientId(page, 'Cape Meridian')}`);
  const chip = page.locator('a[data-pick="Priority"]');
  const [digit, name] = (await chip.textContent())!.includes('Low') ? ['2', 'High'] : ['4', 'Low'];
  const work = hand(page);
  await work.press('p', digit!);
  await expect(chip).toContainText(name!);
  work.expectAtMost({ keys: 2, clicks: 0, pages: 0 });
});

test('a client is made in at most eight keys beside its name', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/my-work');
  const work = hand(page);
  await work.press('g', 'c');
  await expectPage(page, 'Clients');
  await work.press('n');
  await expectPage(page, 'New client');
  await work.say('Larkspur Harbor Authority');
  await work.press('Control+Enter');
  await expectPage(page, 'Larkspur Harbor Authority');
  work.expectAtMost({ keys: 8, clicks: 0, pages: 3 });
});

test('a vendor is linked in at most five keys beside its name', async ({ page, as }) => {
  await as('nadia');
  await page.goto(`/clients/${await clientId(page, 'Larkspur Harbor')}`);
  await page.waitForLoadState();
  const work = hand(page);
  await work.press('a', 'v');
  await expect(page.getByRole('combobox', { name: /^Vendor/ })).toBeFocused();
  await work.say('holtec');
  await expect(page.getByRole('listbox').getByRole('option').first()).toContainText('Holtec');
  await work.press('Enter', 'Control+Enter');
  await expect(page.locator('#flash')).toContainText(/Holtec.*linked/);
  work.expectAtMost({ keys: 5, clicks: 0, pages: 0 });
});

test('my clients with a warning are one key away', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await page.waitForLoadState();
  const work = hand(page);
  const views = page.getByRole('navigation', { name: 'Views' });
  const names = await views.getByRole('link').allTextContents();
  await work.press(String(names.findIndex((name) => name.includes('Mine with a warning')) + 1));
  await expect(page).toHaveURL(/poc=\d+&attention=warning/);
  await expect(views.locator('[aria-current]')).toContainText('Mine with a warning');
  work.expectAtMost({ keys: 1, clicks: 0, pages: 1 });
});

test('an entry is filed and the next client shown in two keys beside the words', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/crm/roundtable?page=1');
  await page.waitForLoadState();
  const work = hand(page);
  const client = page.locator('.rt-at-table h2');
  const before = (await client.textContent())!;
  await work.press('i');
  await work.say('Send the second part.');
  await work.press('Control+Shift+Enter');
  await expect(client).not.toHaveText(before);
  await expect(page.getByLabel('Next steps')).toBeFocused();
  work.expectAtMost({ keys: 2, clicks: 0, pages: 1 });
});

test('a follow-up is ticked off by one click', async ({ page, as, baseURL }) => {
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
  const work = hand(page);
  await work.click(page.getByRole('button', { name: /^Done.*Cape Meridian/ }).first());
  await expect(page.locator('#flash')).toContainText('Undo');
  work.expectAtMost({ keys: 0, clicks: 1, pages: 1 });
});
