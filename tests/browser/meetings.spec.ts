// A meeting from its agenda to its minutes: put in order by keys, held by keys alone, read as PDF.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, expectPage, test } from './fixtures.ts';

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
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  for (const [index, name] of names.entries()) {
    await expect(client).toHaveText(name);
    await page.waitForLoadState();
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(800);
    await expect(page.getByRole('button', { name: 'Save entry' })).toBeInViewport({ ratio: 1 });
    if (index % 10 === 7) {
      // Nothing to say of this one; the field is left first, where the writing went on.
      if (await page.evaluate(() => document.activeElement?.matches('textarea'))) await press('Escape');
      await press('d');
      continue;
    }
    if (!(await page.evaluate(() => document.activeElement?.matches('textarea')))) await press('i');
    await expect(page.getByLabel('Next steps')).toBeFocused();
    await page.keyboard.type(`Send part ${index + 1}`);
    await press('Control+Shift+Enter');
  }
  await expect(page.locator('.rt-count')).toContainText('30 of 30 done');
  // One for each client, and one more to begin writing, or to leave it, now and then.
  expect(keys).toBeLessThanOrEqual(30 + 8);
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
  await page.getByRole('main').locator('summary', { hasText: /^Close$/ }).click();
  await page.getByRole('button', { name: 'Close for good' }).click();
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
});
