// The page of one record: its shape with long names and many rows, values changed where they stand, its timeline.

import { type BrowserContext, type Page } from '@playwright/test';
import { dayFromToday, expect, expectPage, screenshot, test } from './fixtures.ts';

const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** Sends a form as the page would; tells where it leads. */
async function post(page: Page, address: string, form: Record<string, string>): Promise<string> {
  const { origin } = new URL(page.url());
  const answer = await page.request.post(origin + address, { form, headers: { origin }, maxRedirects: 0 });
  expect(answer.status(), `${address}: ${await answer.text()}`).toBe(303);
  return answer.headers()['location']!;
}

/** What is cut off, or sticks out of the window. */
async function outOfShape(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const name = (element: Element) => `${element.localName}.${element.className}: ${element.textContent?.trim().slice(0, 40)}`;
    const isSeen = (element: Element) => element.checkVisibility() && !element.closest('.rt-visually-hidden, svg, .rt-table-scroll');
    const all = [...document.querySelectorAll('main *')].filter(isSeen);
    const cut = all.filter((element) => {
      const { overflowX, display } = getComputedStyle(element);
      return overflowX !== 'visible' && display !== 'inline' && element.scrollWidth > element.clientWidth + 1;
    });
    const out = all.filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5);
    return [...(scrollWidth > clientWidth ? [`${scrollWidth} of ${clientWidth}`] : []), ...cut.map(name), ...out.map(name)];
  });
}

test('a client with a name of three lines, forty links and five hundred contacts keeps its shape', async ({ page, as }) => {
  test.setTimeout(120_000);
  await as('nadia');
  await page.goto('/clients');
  const long = `The ${'Consolidated Interregional Generation and Transmission '.repeat(3)}Cooperative`;
  const client = await post(page, '/clients/new', { client_name: long, client_type: 'Utility', mpr_primary_poc: '1' });
  for (let number = 0; number < 40; number++) {
    const name = `Owner ${number} of ${'a rather long chain of holding companies '.repeat(number % 4)}`.trim();
    const owner = await post(page, '/owners/new', { company_name: name, name_confirmed: 'on' });
    await post(page, `${client}/links/owner`, { owner_id: owner.split('/').pop()!, notes: number % 5 ? '' : 'Since the merger of the two.' });
  }
  for (let number = 0; number < 500; number++) {
    const contact = { contact_date: dayFromToday(-number), contact_type: 'Phone', summary: `Call ${number}.` };
    await post(page, `${client}/contact`, contact);
  }
  for (const [size, height] of [[desk, 2300], [phone, 4000]] as const) {
    await page.setViewportSize(size);
    await page.goto(client);
    await expectPage(page, long);
    expect(await outOfShape(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(height);
    await screenshot(page, `record-heavy-${size.width}`);
    await page.getByText('34 more').click();
    expect(await outOfShape(page)).toEqual([]);
  }
});

test('who looks after a client, and when it was last spoken to, come first on a phone', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize(phone);
  await page.goto('/clients/1');
  for (const part of ['Primary', 'Last contact', 'Next contact', 'Priority']) {
    await expect(page.getByRole('term').filter({ hasText: part })).toBeInViewport();
  }
});

test('a priority is changed with two keys, other values by typing, arrows and Enter', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  const chip = (name: string) => page.locator(`a[data-pick="${name}"]`);
  await page.keyboard.press('p');
  await page.keyboard.press('4');
  await expect(chip('Priority')).toContainText('Low');
  await expect(chip('Priority')).toBeFocused();
  await expect(page.locator('#timeline')).toContainText('→ Low');

  await page.keyboard.press('p');
  await page.keyboard.press('2');
  await expect(chip('Priority')).toContainText('High');

  await chip('Status').click();
  const list = page.getByRole('listbox', { name: 'Change Status' });
  await expect(list.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await expect(chip('Status')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.type('pros');
  await page.keyboard.press('Enter');
  await expect(chip('Status')).toContainText('Prospective');

  await chip('Type').click();
  await expect(page.getByRole('listbox', { name: 'Change Type' }).getByRole('option').first()).toBeVisible();
  await page.keyboard.type('gov');
  await page.keyboard.press('Enter');
  await expect(chip('Type')).toContainText('Government');

  await chip('Next contact').click();
  await page.keyboard.type('in 3 days');
  await expect(page.getByRole('listbox', { name: 'Change Next contact' }).getByRole('option').first()).toHaveText('in 3 days');
  await page.keyboard.press('Enter');
  await expect(chip('Next contact')).toContainText('in 3 days');
});

test('why a client is judged so is said with one more key', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/2');
  await page.keyboard.press('r');
  await page.keyboard.press('4');
  await expect(page.locator('a[data-pick="Relationship"]')).toContainText('At Risk');
  await page.keyboard.press('w');
  await page.keyboard.type('Their board has changed.');
  await page.keyboard.press('Enter');
  await expect(page.locator('a[data-pick="Reason"]')).toContainText('Their board has changed.');
  await expect(page.locator('#timeline')).toContainText('Their board has changed.');
});

test('words that wait in a form are not sent along with a value that is changed', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1/edit');
  await page.getByLabel('Notes').fill('Half a sentence');
  await expect(page.getByText('Draft saved')).toBeVisible();
  await page.goto('/clients/1');
  await page.locator('a[data-pick="Type"]').click();
  await expect(page).toHaveURL(/\/clients\/1\/edit#client_type$/);
  await expect(page.getByLabel('Notes')).toHaveValue('Half a sentence');
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(page.getByLabel('Notes')).not.toHaveValue('Half a sentence');
});

test('what the form would refuse is refused in the form, with what was chosen', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  const primary = await page.locator('a[data-pick="Primary"]').innerText();
  await page.locator('a[data-pick="Secondary"]').click();
  await page.keyboard.type(primary.split(':')[0]!.trim());
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Choose someone other than the primary point of contact.');
});

type Cookies = Parameters<BrowserContext['addCookies']>[0];

/** Changes a priority in the form, as somebody who works there at the same time. */
async function judgeMeanwhile(page: Page, cookies: Cookies, client: string, priority: string): Promise<void> {
  const context = await page.context().browser()!.newContext({ baseURL: new URL(page.url()).origin });
  await context.addCookies(cookies);
  const other = await context.newPage();
  await other.goto(`${client}/assessment`);
  await other.getByLabel('Priority').selectOption(priority);
  await other.getByRole('button', { name: 'Save assessment' }).click();
  await expect(other.locator('#flash')).toContainText('saved');
  await context.close();
}

/** Opens the list of priorities and takes one while Ada takes another; both are shown with who it was and when. */
async function collide(page: Page, cookies: Cookies, client: string, open: () => Promise<void>): Promise<void> {
  await judgeMeanwhile(page, cookies, client, 'Medium');
  await open();
  await expect(page.getByRole('listbox', { name: 'Change Priority' }).getByRole('option').first()).toBeVisible();
  await judgeMeanwhile(page, cookies, client, 'Strategic');
  await page.keyboard.type('Low');
  await page.keyboard.press('Enter');
  const saved = /Ada Winters saved this .*(just now|ago).* while you were editing/;
  await expect(page.getByRole('alert')).toContainText(saved);
  await expect(page.getByLabel('Priority')).toHaveValue('Low');
  await expect(page.getByRole('group', { name: 'Saved meanwhile: Strategic' })).toBeVisible();
  await page.getByRole('button', { name: 'Save assessment' }).click();
  await expect(page.locator('#flash')).toContainText('saved');
}

test('a value of the strip that another changed meanwhile is shown beside theirs', async ({ page, as, session }) => {
  await as('nadia');
  await page.goto('/clients/5');
  const chip = page.locator('a[data-pick="Priority"]');
  await collide(page, await session('ada'), '/clients/5', () => chip.click());
  await expect(page).toHaveURL(/\/clients\/5$/);
  await expect(chip).toContainText('Low');
});

test('a cell of a list that another changed meanwhile is shown beside theirs', async ({ page, as, session }) => {
  await as('nadia');
  await page.goto('/clients');
  const client = (await page.locator('.rt-table tbody .rt-cell-main a').first().getAttribute('href'))!;
  await page.keyboard.press('j');
  await collide(page, await session('ada'), client, () => page.keyboard.press('p'));
  await page.goto(client);
  await expect(page.locator('a[data-pick="Priority"]')).toContainText('Low');
});

test('words that are not sent yet outlive a value that is changed beside them', async ({ page, as, session }) => {
  await as('nadia');
  await page.goto('/clients/6');
  const log = page.locator('#timeline details').filter({ has: page.locator('summary', { hasText: 'Log contact' }) });
  const chip = page.locator('a[data-pick="Priority"]');
  const write = async () => {
    await log.locator('summary').first().click();
    await log.getByLabel('Summary').fill('Words that are not sent yet.');
  };
  await write();
  const before = (await chip.textContent())!;
  await chip.click();
  await page.getByRole('listbox').getByRole('option', { selected: false }).first().click();
  await expect(chip).not.toHaveText(before);
  await expect.soft(log.getByLabel('Summary'), 'as it is saved').toHaveValue('Words that are not sent yet.');
  await page.goto('/clients/7');
  await write();
  const ada = await session('ada');
  await judgeMeanwhile(page, ada, '/clients/7', 'Medium');
  await chip.click();
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
  await judgeMeanwhile(page, ada, '/clients/7', 'Strategic');
  await page.keyboard.type('Low');
  await page.keyboard.press('Enter');
  await expect(page.locator('.rt-pick-list')).toContainText('Ada Winters saved this');
  await expect.soft(log.getByLabel('Summary'), 'as it is refused').toHaveValue('Words that are not sent yet.');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a value leads to its field in the form', async ({ page, as }) => {
    await as('nadia');
    await page.goto('/clients/1');
    await page.locator('a[data-pick="Priority"]').click();
    await expect(page).toHaveURL(/\/clients\/1\/assessment#client_priority$/);
    await expect(page.getByLabel('Priority')).toBeVisible();
  });
});

test('a person made for a client is external and works there, and a name is enough', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  const name = await page.getByRole('heading', { level: 1 }).textContent();
  await page.locator('summary', { hasText: 'Add person' }).click();
  await page.keyboard.type('Wilhelmina Unheard');
  await page.getByRole('option', { name: 'Create “Wilhelmina Unheard”' }).click();
  const dialog = page.getByRole('dialog', { name: 'New person' });
  await expect(dialog.getByLabel('Employer')).toHaveValue(name!);
  await dialog.getByRole('button', { name: 'Save person' }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Add person' }).click();
  await expect(page.getByRole('button', { name: 'Remove the link to Wilhelmina Unheard' })).toBeAttached();
});

test('opening a form moves nothing, and a form left is empty when it is opened again', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  const heads = page.locator('.rt-link-head h3');
  const before = await heads.evaluateAll((all) => all.map((head) => head.getBoundingClientRect().top));
  await page.locator('summary', { hasText: 'Add vendor' }).click();
  await page.keyboard.type('nusc');
  expect(await heads.evaluateAll((all) => all.map((head) => head.getBoundingClientRect().top))).toEqual(before);
  await page.waitForTimeout(1200);
  await page.reload();
  await page.locator('summary', { hasText: 'Add vendor' }).click();
  await expect(page.getByRole('combobox', { name: /^Vendor/ })).toHaveValue('');
});

test('a value that could not be saved says so where it was chosen, also once the focus has left', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients/1');
  await page.route('**/assessment', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await page.locator('a[data-pick="Priority"]').click();
  await page.locator('.rt-pick-list [role=option]').first().waitFor();
  await page.locator('.rt-pick-list [role=option]:not([aria-selected=true])').first().click();
  await expect(page.locator('.rt-pick-list .rt-error')).toContainText('Not saved');
});
