// Lists: nothing cut on a laptop, nothing missing on a phone; filters and views; a look at a row; ticks by keyboard.

import { expect, expectPage, test } from './fixtures.ts';
import { textsTooWide } from './shape.ts';

const lists = ['/clients', '/contacts', '/clients/1/contacts', '/people', '/technologies', '/vendors', '/owners',
  '/projects', '/operators', '/constructors', '/offtakers', '/crm/poc/1'];

test('no text of a list is cut at 1280 × 800, and no table scrolls sideways', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 1280, height: 800 });
  // The first page may be shown without the typeface, which comes in time for the next.
  await page.goto('/my-work');
  for (const address of lists) {
    await page.goto(address);
    expect.soft(await textsTooWide(page), address).toEqual([]);
    const hidden = await page.locator('.rt-table-scroll')
      .evaluateAll((tables) => tables.map((one) => one.scrollWidth - one.clientWidth));
    expect.soft(hidden.filter((pixels) => pixels > 1), address).toEqual([]);
  }
});

test('twenty-five clients stand on the first screen at 1440 × 900', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/clients');
  const height = (await page.locator('.rt-table tbody tr').first().boundingBox())!.height;
  const room = await page.evaluate(() => {
    const head = document.querySelector('.rt-table thead')!.getBoundingClientRect();
    const paging = document.querySelector('.rt-paging')?.getBoundingClientRect().height ?? 0;
    return innerHeight - head.bottom - paging;
  });
  expect(Math.floor(room / height)).toBeGreaterThanOrEqual(25);
});

test('the name stays in its place where a list is scrolled sideways', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 720, height: 800 });
  await page.goto('/clients');
  const row = page.locator('.rt-table tbody tr').first();
  const name = row.getByRole('link').first();
  const [nameBefore, lastBefore] = [await name.boundingBox(), await row.locator('td').last().boundingBox()];
  await page.locator('.rt-table-scroll').evaluate((scroller) => scroller.scrollTo(150, 0));
  expect(await name.boundingBox()).toEqual(nameBefore);
  expect((await row.locator('td').last().boundingBox())!.x).toBe(lastBefore!.x - 150);
  // Nothing that passes below it lies over it.
  await name.click();
  await expect(page).toHaveURL(/\/clients\/\d+$/);
});

test('on a phone every row says how urgent it is, and nothing scrolls sideways down to 320', async ({ page, as }) => {
  await as('nadia');
  for (const [width, height] of [[390, 844], [320, 640]] as const) {
    await page.setViewportSize({ width, height });
    for (const address of lists) {
      await page.goto(address);
      const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('.rt-table-scroll')]
        .map((one) => one.scrollWidth - one.clientWidth).filter((pixels) => pixels > 1));
      expect.soft(wide, `${address} at ${width}`).toEqual([]);
    }
    await page.goto('/clients');
    const rows = page.getByRole('region', { name: 'Clients' }).getByRole('row');
    expect(await rows.count()).toBeGreaterThan(5);
    for (const row of (await rows.all()).slice(1, 6)) {
      await expect(row.locator('[class*=rt-badge]')).toBeInViewport({ ratio: 1 });
      await expect(row.locator('.rt-row-about')).toHaveText(/ago|today|yesterday|Never/);
    }
  }
});

test('filters stand behind one button, apply at once and are shown as chips', async ({ page, as }) => {
  await as('paul');
  await page.goto('/clients');
  await page.waitForLoadState();
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('link', { name: /^All / })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByLabel('Attention')).toBeHidden();
  await page.locator('summary', { hasText: 'Filter' }).click();
  await page.getByLabel('Attention').selectOption({ label: 'Urgent' });
  await expect(page.getByRole('link', { name: 'Remove filter Attention: Urgent' })).toBeVisible();
  await expect(views.getByRole('link', { name: /^Urgent / })).toHaveAttribute('aria-current', 'true');
  // It stays open for the next choice.
  await page.getByRole('combobox', { name: 'Type', exact: true }).selectOption('Utility');
  await expect(page.getByRole('link', { name: 'Remove filter Type: Utility' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Attention')).toBeHidden();
  await views.getByRole('link', { name: /^Never / }).click();
  await expect(page).toHaveURL(/attention=never/);
  await expect(views.getByRole('link', { name: /^Never / })).toHaveAttribute('aria-current', 'true');
});

test('what a list is narrowed to is saved as a view of one click, and removed again', async ({ page, as }) => {
  await as('paul');
  await page.goto('/clients?client_type=Government');
  await page.getByRole('link', { name: 'Save view' }).click();
  await expectPage(page, 'Save view');
  await page.keyboard.type('Governments');
  await page.keyboard.press('Control+Enter');
  await expectPage(page, 'Clients');
  const view = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Governments' });
  await expect(view).toHaveAttribute('aria-current', 'true');
  await page.goto('/clients');
  await view.click();
  await expect(page).toHaveURL(/client_type=Government/);
  await page.locator('summary', { hasText: 'More about the view Governments' }).click();
  await page.getByRole('button', { name: 'Remove view' }).click();
  await expect(view).toHaveCount(0);
});

test('a name of many words leaves the page of its contacts in order', async ({ page, as }) => {
  await as('paul');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Intermountain Joint Authority for Clean Firm Power '.repeat(4).slice(0, 195));
  await page.getByRole('button', { name: 'Save client' }).click();
  await expectPage(page, /^Intermountain/);
  await page.goto(`${new URL(page.url()).pathname}/contacts`);
  const boxes = ['.rt-head', '.rt-bar', '#results'].map((part) => page.locator(part).boundingBox());
  const [head, bar, results] = (await Promise.all(boxes)).map((box) => box!);
  expect((await page.locator('h1').boundingBox())!.height).toBeLessThanOrEqual(60);
  expect(bar!.y).toBeGreaterThanOrEqual(head!.y + head!.height);
  expect(results!.y).toBeGreaterThanOrEqual(bar!.y + bar!.height);
});

test('a contact is found by the words of its summary, on a day, with a client', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/contacts');
  await page.waitForLoadState();
  await page.locator('summary', { hasText: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Client' }).pressSequentially('cape');
  await page.getByRole('listbox', { name: 'Client' }).getByRole('option').first().click();
  await expect(page.getByRole('link', { name: /^Remove filter Client: Cape/ })).toBeVisible();
  const names = await page.getByRole('region', { name: 'Contacts' }).locator('.rt-cell-main > a').allTextContents();
  expect([...new Set(names)]).toHaveLength(1);
  await page.getByLabel('Until').fill('2000-01-01');
  await expect(page.getByText('No contact fits these filters.')).toBeVisible();
});

test('Space looks at a row beside the list, j goes on with it, Escape closes it', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await page.waitForLoadState();
  const names = await page.locator('td.rt-cell-main a').allTextContents();
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await page.keyboard.press('j');
  await page.keyboard.press(' ');
  await expect(peek.getByRole('link', { name: names[0]!, exact: true })).toBeVisible();
  await expect(peek).toContainText('Priority');
  await page.keyboard.press('j');
  await expect(peek.getByRole('link', { name: names[1]!, exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: names[1]!, exact: true }).first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(peek).toBeHidden();
  await expect(page).toHaveURL(/\/clients$/);
  // From the palette as well.
  await page.keyboard.press('/');
  await page.keyboard.type('cape');
  const found = page.getByRole('listbox', { name: 'Found' });
  await expect(found.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(peek.getByRole('link', { name: /^Cape/ })).toBeVisible();
});

test('clients are ticked by keys and changed together after a look at what changes', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients?sort=-name');
  await page.waitForLoadState();
  const bar = page.getByRole('form', { name: 'Change the chosen clients' });
  await expect(bar).toBeHidden();
  for (const key of ['j', 'x', 'j', 'j', 'Shift+X']) await page.keyboard.press(key);
  await expect(bar).toContainText('3 chosen');
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await page.keyboard.press('x');
  await page.getByRole('checkbox', { name: /^Choose / }).nth(5).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('3 chosen');
  await bar.getByLabel('Priority').selectOption('Low');
  await bar.getByRole('button', { name: 'Preview' }).click();
  await expectPage(page, /^Change [123] clients?$/);
  await expect(page.getByRole('main')).toContainText('priority → Low');
  await page.getByRole('button', { name: /^Change/ }).click();
  await expectPage(page, 'Clients');
  await expect(page).toHaveURL(/\/clients\?sort=-name$/);
  await expect(page.locator('.rt-table tbody tr').nth(2)).toContainText('Low');
});

test('cells are changed where they stand, by click and by key, and taken back there', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients');
  await page.waitForLoadState();
  const rows = page.locator('.rt-table tbody tr');
  const cell = (row: number, head: string) =>
    page.getByRole('columnheader', { name: head }).evaluate((th) => (th as HTMLTableCellElement).cellIndex)
      .then((index) => rows.nth(row).locator('td').nth(index));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('p');
  await page.keyboard.press('4');
  await expect(await cell(1, 'Priority')).toHaveText('Low');
  // One goes on from the row.
  await expect(rows.nth(1).getByRole('link').first()).toBeFocused();
  await page.keyboard.press('p');
  await page.keyboard.press('2');
  await expect(await cell(1, 'Priority')).toHaveText('High');
  await expect(page.locator('#flash')).toContainText('Assessment of');
  await page.keyboard.press('Control+z');
  await expect(await cell(1, 'Priority')).toHaveText('Low');
  await expect(page).toHaveURL(/\/clients$/);

  await (await cell(2, 'Type')).click();
  await expect(page.getByRole('listbox', { name: 'Change Type' }).getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rows.nth(2).getByRole('link').first()).toBeFocused();
  await page.keyboard.press('t');
  await page.keyboard.type('gov');
  await page.keyboard.press('Enter');
  await expect(await cell(2, 'Type')).toHaveText('Government');
  await page.keyboard.press('b');
  await page.keyboard.type('in 3 days');
  await page.keyboard.press('Enter');
  await expect(await cell(2, 'Next contact')).toHaveText('in 3 days');
  await expect(page).toHaveURL(/\/clients$/);
});

test('columns are chosen, with scripts and without', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients?sort=-name');
  await page.locator('summary', { hasText: 'Columns' }).click();
  await page.getByLabel('Links').uncheck();
  await page.getByLabel('Relationship').check();
  await page.getByRole('button', { name: 'Show these' }).click();
  await expect(page).toHaveURL(/sort=-name$/);
  await expect(page.getByRole('columnheader', { name: 'Relationship' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Links' })).toHaveCount(0);
  await page.keyboard.press('j');
  await page.keyboard.press('r');
  await expect(page.getByRole('listbox', { name: 'Change Relationship' }).getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.locator('summary', { hasText: 'Columns' }).click();
  await page.getByRole('button', { name: 'The usual ones' }).click();
  await expect(page.getByRole('columnheader', { name: 'Links' })).toBeVisible();
});

test('a row that a change takes out of the list leaves it', async ({ page, as }) => {
  await as('nadia');
  await page.goto('/clients?status=Warm');
  await page.waitForLoadState();
  const rows = page.locator('.rt-table tbody tr');
  const [before, name] = [await rows.count(), await rows.first().getByRole('link').first().textContent()];
  for (const key of ['j', 's', '3']) await page.keyboard.press(key);
  await expect(rows).toHaveCount(before - 1);
  await expect(page.getByRole('link', { name: name!, exact: true })).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(rows).toHaveCount(before);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the ticks are a form', async ({ page, as }) => {
    await as('paul');
    await page.goto('/clients');
    await page.getByRole('checkbox', { name: /^Choose / }).nth(2).check();
    const bar = page.getByRole('form', { name: 'Change the chosen clients' });
    await bar.getByLabel('Next contact').fill('2099-01-01');
    await bar.getByRole('button', { name: 'Preview' }).click();
    await expectPage(page, 'Change 1 client');
    await expect(page.getByRole('main')).toContainText('next contact → 1 January 2099');
  });
});
