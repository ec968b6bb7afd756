// The seed's three scenarios: a client that is an owner, a consultant that is none, a prospect with no link at all.

import { type Page } from '@playwright/test';
import { dayFromToday, expect, expectPage, fullName, screenshot, test } from './fixtures.ts';

/** The ways to a reactor on a client's page, each as the records on it; sorted, since none comes first. */
async function ways(page: Page): Promise<string[]> {
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'Way to the reactor' }) });
  const found = [];
  for (const way of await section.getByRole('list').all()) {
    found.push((await way.getByRole('link').allTextContents()).map((name) => name.trim()).join(' → '));
  }
  return found.sort();
}

/** What the page says of the ways once it has come to its end. */
function expectWays(page: Page) {
  return expect.poll(() => ways(page));
}

/** Opens a client through the list, as someone would who knows its name. */
async function openClient(page: Page, name: string): Promise<void> {
  await page.goto('/clients');
  await page.getByLabel('Filter clients').fill(name);
  await expect(page.getByRole('main').getByRole('row')).toHaveCount(2);
  await page.getByRole('main').getByRole('link', { name, exact: true }).click();
  await expectPage(page, name);
}

/** Links the client that is open to a record, chosen by typing the beginning of its name. */
async function link(page: Page, kind: string, begin: string, name: string): Promise<void> {
  const group = page.getByRole('group').filter({ has: page.locator('summary', { hasText: `Add ${kind}` }) });
  await group.locator('summary').click();
  await group.getByRole('combobox', { name: new RegExp(`^${kind}`, 'i') }).pressSequentially(begin);
  await group.getByRole('option', { name: new RegExp(name) }).click();
  await group.getByRole('button', { name: `Add ${kind}` }).click();
  await expect(page.getByRole('button', { name: `Remove the link to ${name}` })).toBeVisible();
}

const tidewater = 'Tidewater Public Power → Tidewater Station SMR Deployment → NuScale Power → VOYGR-6';

test('scenario 1: a client that is an owner is followed to the reactor', async ({ page, as }) => {
  await as('paul');
  await openClient(page, 'Tidewater Public Power');
  await expectWays(page).toContain(tidewater);
  await screenshot(page, 'scenario-1-chain');

  const chain = page.getByRole('list').filter({ hasText: 'VOYGR-6' }).first();
  const kinds = [
    ['Tidewater Public Power', 'owner', /\/owners\/\d+$/],
    ['Tidewater Station SMR Deployment', 'project', /\/projects\/\d+$/],
    ['NuScale Power', 'vendor', /\/vendors\/\d+$/],
    ['VOYGR-6', 'technology', /\/technologies\/\d+$/],
  ] as const;
  const client = page.url();
  for (const [name, kind, address] of kinds) {
    await page.goto(client);
    await chain.getByRole('link', { name, exact: true }).click();
    await expect(page).toHaveURL(address);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    const reaching = page.getByRole('region', { name: new RegExp(`Clients that reach this ${kind}`) });
    await expect(reaching.getByRole('link', { name: 'Tidewater Public Power' })).toBeVisible();
  }
});

test('scenario 1 from the pages alone: an owner that is linked brings the chain with it', async ({ page, as }) => {
  await as('paul');
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Bayonne Harbour Agency');
  await page.getByRole('button', { name: 'Save client' }).click();
  await expect(page.getByText('No project and no vendor is reached yet.')).toBeVisible();
  await link(page, 'owner', 'tidewater', 'Tidewater Public Power');
  await expectWays(page).toEqual([tidewater]);
});

test('scenario 2: a consultant reaches a project and another vendor, without any owner', async ({ page, as }) => {
  await as('paul');
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Ashgrove Siting Consultants');
  await page.getByLabel('Type').selectOption('Consulting');
  await page.getByRole('button', { name: 'Save client' }).click();
  await expectPage(page, 'Ashgrove Siting Consultants');
  await link(page, 'project', 'tidewater', 'Tidewater Station SMR Deployment');
  await link(page, 'vendor', 'x-en', 'X-energy');

  await expectWays(page).toEqual([
    'Tidewater Station SMR Deployment → NuScale Power → VOYGR-6',
    'X-energy',
  ]);
  await expect(page.getByRole('heading', { level: 3, name: /^Owners\s+0$/ })).toBeVisible();
  await screenshot(page, 'scenario-2-consultant');
  await page.getByRole('main').getByRole('link', { name: 'X-energy' }).first().click();
  const reaching = page.getByRole('region', { name: /Clients that reach this vendor/ });
  await expect(reaching.getByRole('link', { name: 'Ashgrove Siting Consultants' })).toBeVisible();

  // The demonstration data tells the same of its own consultant.
  await openClient(page, 'Halvorsen & Quill');
  await expectWays(page).toContain('Tidewater Station SMR Deployment → NuScale Power → VOYGR-6');
  await expectWays(page).toContain('X-energy');
});

test('scenario 3: a prospect without links has its page, contacts and entries', async ({ page, as }) => {
  await as('nadia');
  test.setTimeout(60_000);
  const main = page.getByRole('main');
  const name = 'Quillfeather Valley Utility';
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill(name);
  await page.getByLabel('Type').selectOption('Utility');
  await page.getByRole('button', { name: 'Save client' }).click();
  await expectPage(page, name);
  await expect(main.getByText('Never contacted; nothing planned', { exact: true })).toBeVisible();
  await expect(main.getByText('No project and no vendor is reached yet.')).toBeVisible();
  await expect(main.getByText('Nothing has happened yet.')).toBeVisible();
  const client = new URL(page.url()).pathname;

  await test.step('a contact is logged on the page itself', async () => {
    const form = page.getByRole('group').filter({ has: page.locator('summary', { hasText: 'Log contact' }) });
    await form.locator('summary', { hasText: 'Log contact' }).click();
    await form.getByRole('radio', { name: 'Conference' }).check();
    await form.getByLabel('Summary').fill('First talk at the industry day.');
    await form.getByLabel('Next contact on').fill(dayFromToday(14));
    await form.getByRole('button', { name: 'Log contact' }).click();
    await expect(main.getByText('First talk at the industry day.')).toBeVisible();
    await expect(main.getByText(/^On track/).first()).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${client}$`));
    const glance = page.getByRole('group', { name: 'At a glance' });
    await expect(glance).toContainText(/Nadia Brandt\s+today\s+Conference/);
    await expect(glance).toContainText(/Nadia Brandt\s+in 14 days/);
  });

  await test.step('an entry is recorded beside the form’s guidance', async () => {
    await main.getByRole('link', { name: 'Add entry' }).click();
    await expect(page.getByText('None yet: this is the first.')).toBeVisible();
    await page.getByRole('button', { name: 'Save entry' }).click();
    await expect(page.getByRole('alert').getByRole('link', { name: 'Fill in at least one of the five texts.' })).toBeVisible();
    await page.getByLabel('Next steps').fill('Invite them to the siting workshop.');
    await page.getByRole('button', { name: 'Save entry' }).click();
    await expect(page).toHaveURL(new RegExp(`${client}$`));
    await expect(main.getByText('Invite them to the siting workshop.')).toBeVisible();
    await screenshot(page, 'scenario-3-prospect');
  });

  await test.step('the prospect is found by its name, and its contact in the log', async () => {
    await openClient(page, name);
    await page.goto('/contacts');
    await main.locator('summary', { hasText: 'Filter' }).click();
    await page.getByLabel('Type', { exact: true }).selectOption('Conference');
    await page.getByLabel('Made by').selectOption({ label: fullName('nadia') });
    await expect(main.getByRole('row', { name: new RegExp(`${name}.*First talk`) })).toBeVisible();
  });
});

test('a contact form that says nothing leaves the planned contact as it was', async ({ page, as }) => {
  await as('paul');
  await openClient(page, 'Palmetto Coast Electric');
  const glance = page.getByRole('group', { name: 'At a glance' });
  const planned = /Sofia Marchetti\s+in 12 days[^]*In-person/;
  await expect(glance).toContainText(planned);
  const client = page.url();

  await page.getByRole('main').getByRole('link', { name: 'Log contact' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Date', { exact: true }).fill('');
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await sheet.getByRole('button', { name: 'Log contact' }).click();
  await answered;
  await page.goto(client);
  await expect(glance).toContainText(planned);
});
