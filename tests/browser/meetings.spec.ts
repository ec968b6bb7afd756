// A meeting from its agenda to its minutes: put in order by keys, held by keys alone, read as PDF.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type Page } from '@playwright/test';
import { dayFromToday, expect, expectPage, test } from './fixtures.ts';
import { begin, close, items } from './meeting.ts';
import { textsTooWide } from './shape.ts';

test.describe.configure({ mode: 'serial' });

let meeting = '';

test('an agenda is prepared and put in order by keys and by hand', async ({ page, as, baseURL }) => {
  await as('nadia');
  // With those of the demonstration, more than thirty.
  for (const name of ['Alder Reach', 'Birch Fork', 'Cinder Bay', 'Dune Gap']) {
    const answer = await page.request.post('/clients/new', { form: { client_name: name }, headers: { origin: baseURL! } });
    expect(answer.ok()).toBe(true);
  }
  await page.goto('/crm/meetings');
  await page.keyboard.press('n');
  await expectPage(page, 'Prepare a meeting');
  await page.getByLabel('Title').fill('Round by keys');
  await page.keyboard.press('Control+Enter');
  await expectPage(page, 'Round by keys');
  meeting = new URL(page.url()).pathname;
  const rows = page.locator('tr[data-point]');
  const names = () => rows.locator('.rt-cell-main a').allTextContents();
  const before = await names();
  expect(before.length).toBeGreaterThanOrEqual(30);
  await rows.first().getByRole('button', { name: /down$/ }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(names).toEqual([before[1], before[0], ...before.slice(2)]);
  // The focus went along, so that the same key goes on.
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(names).toEqual(before);
  // The row moves with the pointer, before its place is kept.
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/position') && answer.request().method() === 'POST');
  await rows.nth(2).dragTo(rows.first(), { targetPosition: { x: 60, y: 4 } });
  await expect.poll(names).toEqual([before[2], before[0], before[1], ...before.slice(3)]);
  await kept;
  // What is kept is what the next page shows.
  await page.reload();
  expect((await names())[0]).toBe(before[2]);
  while ((await rows.count()) > 30) {
    const count = await rows.count();
    await rows.last().getByRole('button', { name: /off the agenda$/ }).click();
    await expect(rows).toHaveCount(count - 1);
  }
});

test('thirty clients are held through by keys alone', async ({ page, as }) => {
  test.setTimeout(120_000);
  await as('nadia');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(meeting);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForLoadState();
  const client = page.locator('.rt-at-table h2');
  const names = await page.locator('.rt-point-name').allTextContents();
  expect(names).toHaveLength(30);
  const [judged, skipped] = [4, 12];
  const pressed = { keys: 0, characters: 0 };
  const press = async (key: string) => {
    pressed.keys += 1;
    await page.keyboard.press(key);
  };
  const type = async (words: string) => {
    pressed.characters += words.length;
    await page.keyboard.type(words);
  };
  const isWriting = () => page.evaluate(() => document.activeElement?.matches('textarea'));
  for (const [index, name] of names.entries()) {
    await expect(client).toHaveText(name);
    await page.waitForLoadState();
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(800);
    await expect(page.getByRole('button', { name: 'Save entry' })).toBeInViewport({ ratio: 1 });
    const isQuiet = index % 10 === 7;
    // The field is left where the writing went on, and this client has nothing to be written, or not yet.
    if ((isQuiet || index === skipped || index === judged) && (await isWriting())) await press('Escape');
    if (isQuiet) {
      await press('d');
      continue;
    }
    if (index === skipped) {
      await press('o');
      await expect(page.getByLabel('Skipped, because')).toBeFocused();
      await type('Their board meets tomorrow');
      await press('Enter');
      continue;
    }
    if (index === judged) {
      await press('p');
      await expect(page.getByRole('combobox', { name: 'Change Priority' })).toBeFocused();
      await type('medium');
      await press('Enter');
      await expect(page.locator('#strip')).toContainText('Medium');
    }
    if (!(await isWriting())) await press('i');
    await expect(page.getByLabel('Next steps')).toBeFocused();
    await type(`Send part ${index + 1}`);
    await press('Control+Shift+Enter');
  }
  await expect(page.locator('.rt-count')).toContainText('30 of 30 done');
  // One for each client, two to judge one, one to begin a reason; five times one to leave the writing, one to begin it.
  expect(pressed.keys).toBeLessThanOrEqual(30 + 2 + 1 + 5 + 6);
  const words = names.map((_, index) => (index % 10 === 7 || index === skipped ? '' : `Send part ${index + 1}`));
  expect(pressed.characters).toBe([...words, 'Their board meets tomorrow', 'medium'].join('').length);
});

test('a value is changed and a client is found by its number without leaving the meeting', async ({ page, as }) => {
  await as('nadia');
  await page.goto(meeting);
  const names = await page.locator('.rt-point-name').allTextContents();
  await page.keyboard.press('1');
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await expect(page.locator('.rt-at-table h2')).toHaveText(names[11]!);
  const at = page.url();
  await page.keyboard.press('p');
  await page.getByRole('combobox', { name: 'Change Priority' }).fill('low');
  await page.keyboard.press('Enter');
  await expect(page.locator('#strip')).toContainText('Low');
  expect(page.url()).toBe(at);
  await page.keyboard.press(']');
  await expect(page.locator('.rt-at-table h2')).toHaveText(names[12]!);
});

test('the meeting is closed for good, and its minutes can be taken along', async ({ page, as }, info) => {
  await as('nadia');
  await page.goto(meeting);
  await close(page);
  await expect(page.getByRole('main')).toContainText('30 done');
  await page.getByRole('link', { name: 'Minutes' }).click();
  await expect(page.getByRole('main')).toContainText('Send part 30');
  const answer = await page.request.get(`${meeting}/minutes.pdf`);
  expect(answer.headers()['content-type']).toBe('application/pdf');
  const file = info.outputPath('minutes.pdf');
  writeFileSync(file, await answer.body());
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' });
  expect(text).toContain('Send part 1\n');
  expect(text).toContain('Send part 30');
  expect(text).toContain('Skipped: Their board meets tomorrow');
});

test('what a meeting leaves open stands in the next one as carried over', async ({ page, context, as, baseURL }) => {
  await as('nadia');
  const first = await begin(context, baseURL!, 'A meeting that leaves work');
  await page.goto(first);
  await page.locator('#action-items summary', { hasText: 'Add action item' }).click();
  await page.getByLabel('What is to be done').fill('Call the site manager');
  await page.getByRole('button', { name: 'Add action item' }).click();
  const item = items(page).filter({ hasText: 'Call the site manager' });
  await expect(item).toBeVisible();
  await expect(item).not.toContainText('carried over');
  const at = await page.locator('.rt-at-table h2 a').getAttribute('href');
  await close(page);
  const second = await begin(context, baseURL!, 'The meeting after it');
  await page.goto(`${second}?client=${at!.split('/').pop()}`);
  await expect(item).toContainText('carried over once');
  await item.getByRole('button', { name: /^Done/ }).click();
  await expect(item).not.toContainText('carried over');
  await close(page);
});

/** Saves a form as the page would; tells where that leads. */
async function save(page: Page, address: string, form: Record<string, string> = {}): Promise<string> {
  const headers = { origin: new URL(page.url()).origin };
  const answer = await page.request.post(address, { form, headers, maxRedirects: 0 });
  expect(answer.status(), address).toBe(303);
  return answer.headers()['location']!;
}

test('no text is cut while a meeting is on, however long the names', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/crm/roundtable?page=1');
  expect.soft(await textsTooWide(page), 'without a meeting').toEqual([]);
  const long = `The ${'Consolidated Interregional Generation and Transmission '.repeat(3)}Cooperative`;
  const name = 'Maximiliana Featherstonehaugh-Cholmondeley';
  const person = { full_name: name, personnel_type: 'Internal', is_active: 'on' };
  const poc = (await save(page, '/people/new', person)).split('/').pop()!;
  await save(page, '/clients/new', { client_name: long, client_type: 'Government', mpr_primary_poc: poc });
  const title = 'The roundtable of all that was put off in the autumn, and of what the board asked about';
  meeting = await save(page, '/crm/meetings/new', { title, meeting_date: dayFromToday(0) });
  await save(page, `${meeting}/start`);
  await page.goto(meeting);
  const client = page.locator('.rt-at-table h2');
  await expect(client).toBeVisible();
  expect.soft(await textsTooWide(page), 'at the first client').toEqual([]);
  await page.getByRole('navigation', { name: 'Agenda' }).getByRole('link', { name: long }).click();
  await expect(client).toHaveText(long);
  expect.soft(await textsTooWide(page), 'at the long name').toEqual([]);
  await save(page, `${meeting}/close`);
});

test('no name is cut on an agenda that is prepared, or that is done with', async ({ page, as }) => {
  await as('nadia');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/crm/meetings');
  await save(page, '/clients/new', { client_name: 'The Interregional Generation and Transmission Cooperative' });
  for (const title of ['One to be held', 'One that was held']) {
    const address = await save(page, '/crm/meetings/new', { title, meeting_date: dayFromToday(0) });
    if (title.includes('was')) for (const step of ['start', 'close']) await save(page, `${address}/${step}`);
    await page.goto(address);
    await expectPage(page, title);
    expect.soft(await textsTooWide(page), title).toEqual([]);
  }
});
