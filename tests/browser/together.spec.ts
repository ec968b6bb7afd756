// A meeting in several browsers: three of the team and one outside it, on one server that is killed, and on two.

import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, serve, type Server } from './roundtable.ts';

const password = randomBytes(12).toString('hex');

/** Who takes part, and the flags that `user add` gives them; Paul is outside the team. */
const people = { ana: ['--ned-team'], dan: ['--ned-team'], tom: ['--ned-team'], paul: [], ada: ['--admin'] };
const names = { ana: 'Ana Ruiz', dan: 'Dan Ochoa', tom: 'Tom Varga', paul: 'Paul Ferris', ada: 'Ada Winters' };
type Name = keyof typeof people;

/** What “within a second” means where a page has to be drawn as well. */
const second = { timeout: 1_500 };

/** A database with demonstration data and everyone's account. */
async function fill(database: string): Promise<void> {
  await run(['demo', '--fill-only', '--database', database]);
  for (const name of Object.keys(people) as Name[]) {
    const about = ['--email', `${name}@mpr.example`, '--full-name', names[name], ...people[name]];
    await run(['user', 'add', name, ...about, '--password-stdin', '--database', database], `${password}\n`);
  }
}

/** A browser of one person, signed in. */
async function seat(browser: Browser, server: Server, name: Name): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.address, viewport: { width: 1280, height: 800 } });
  const headers = { origin: server.address };
  const form = { username: name, password };
  const answer = await context.request.post('/sign-in', { form, headers, maxRedirects: 0 });
  expect(answer.status(), `signing in as ${name}`).toBe(303);
  return context.newPage();
}

/** A meeting that is on; its address. */
async function begin(context: BrowserContext, server: Server): Promise<string> {
  const headers = { origin: server.address };
  const form = { title: 'The November roundtable', meeting_date: new Date().toISOString().slice(0, 10) };
  const made = await context.request.post('/crm/meetings/new', { form, headers, maxRedirects: 0 });
  const address = made.headers()['location']!;
  const started = await context.request.post(`${address}/start`, { headers, maxRedirects: 0 });
  expect(started.status()).toBe(303);
  return address;
}

const client = (page: Page) => page.locator('.rt-table-talk-head h2');
const agenda = (page: Page) => page.getByRole('navigation', { name: 'Agenda' });
const present = (page: Page) => page.getByRole('list', { name: 'Present' });
const bar = (page: Page) => page.getByRole('region', { name: 'In this meeting' });

/** Opens a client of the agenda by its number. */
async function open(page: Page, number: number): Promise<string> {
  const link = agenda(page).getByRole('link').nth(number);
  const name = (await link.locator('.rt-point-name').textContent())!.trim();
  await link.click();
  await expect(client(page)).toHaveText(name);
  await page.waitForLoadState();
  return name;
}

test('a meeting is held by several, and the server that is killed loses nothing', async ({ browser }, { outputDir }) => {
  test.setTimeout(120_000);
  mkdirSync(outputDir, { recursive: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'roundtable-together-'));
  const database = `sqlite:${path.join(folder, 'roundtable.db')}`;
  await fill(database);
  let server = await serve(database, path.join(outputDir, 'server.log'));
  try {
    const seats = await Promise.all((['ana', 'dan', 'tom', 'paul'] as Name[]).map((name) => seat(browser, server, name)));
    const [ana, dan, tom, paul] = seats as [Page, Page, Page, Page];
    const meeting = await begin(ana.context(), server);

    await test.step('who is there is seen by those who are there, and by nobody else', async () => {
      for (const page of [ana, dan, tom]) await page.goto(meeting);
      for (const page of [ana, dan, tom]) {
        for (const name of [names.ana, names.dan, names.tom]) await expect(present(page).getByText(name)).toBeAttached(second);
      }
      expect((await paul.goto(meeting))!.status()).toBe(403);
      const stream = await paul.request.get(`/crm/events?meeting=${meeting.split('/').pop()}`);
      expect(stream.status()).toBe(403);
      expect(await stream.text()).not.toContain(names.ana);
    });

    await test.step('the presenter is followed; who looks elsewhere comes back', async () => {
      await bar(ana).getByRole('button', { name: 'Present' }).click();
      await expect(bar(ana).getByRole('button', { name: 'Stop presenting' })).toBeVisible();
      const next = await open(ana, 2);
      await expect(client(dan)).toHaveText(next, second);
      await expect(client(tom)).toHaveText(next, second);
      await open(tom, 5);
      const back = bar(tom).getByRole('link', { name: `${names.ana} is at ${next}` });
      await expect(back).toBeVisible(second);
      await back.click();
      await expect(client(tom)).toHaveText(next);
    });

    await test.step('two who write on one client see each other, and nothing typed is replaced', async () => {
      await dan.getByLabel('Next steps').fill('Dan sends the offer.');
      await expect(tom.getByText(`${names.dan} is writing here`)).toBeVisible(second);
      await tom.getByLabel('Next steps').fill('Tom calls the board.');
      await tom.getByRole('button', { name: 'Save entry' }).click();
      await expect(bar(dan).getByText(`${names.tom} filed an entry`)).toBeVisible(second);
      await expect(dan.locator('.rt-previous')).toContainText('Tom calls the board.', second);
      await expect(dan.getByLabel('Next steps')).toHaveValue('Dan sends the offer.');
      await dan.getByRole('button', { name: 'Save entry' }).click();
      await expect(dan.getByRole('alert')).toContainText(names.tom);
      await expect(dan.getByRole('main')).toContainText('Tom calls the board.');
      const steps = dan.getByRole('textbox', { name: 'Next steps' });
      await expect(steps).toHaveValue('Dan sends the offer.');
      await steps.fill('Tom calls the board. Dan sends the offer.');
      await dan.getByRole('button', { name: 'Save entry' }).click();
      await dan.goto(meeting);
      await expect(dan.getByRole('main')).toBeVisible();
      await expect(tom.locator('.rt-previous')).toContainText('Tom calls the board. Dan sends the offer.', second);
    });

    await test.step('a draft outlives the server and the browser, and no browser keeps it', async () => {
      await open(dan, 4);
      await dan.getByLabel('Next steps').fill('Half a sentence that');
      await expect(dan.getByText(/Draft saved \d\d:\d\d/)).toBeVisible();
      const stored = await dan.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      expect(stored).not.toContain('Half a sentence');
      const address = dan.url();
      await dan.close({ runBeforeUnload: false });
      await server.kill();
      server = await serve(database, path.join(outputDir, 'server-again.log'), new URL(server.address).host);
      const again = await seat(browser, server, 'dan');
      await again.goto(address);
      await expect(again.getByLabel('Next steps')).toHaveValue('Half a sentence that');
      await expect(again.getByText(/Draft of \d\d:\d\d restored/)).toBeVisible();
      await expect(present(again).getByText(names.ana)).toBeAttached({ timeout: 10_000 });
      await again.close({ runBeforeUnload: false });
    });

    await test.step('a right that is taken away ends the stream', async () => {
      await expect(present(tom).getByText(names.tom)).toBeAttached({ timeout: 10_000 });
      const ada = await seat(browser, server, 'ada');
      await ada.goto('/admin/users');
      await ada.getByRole('link', { name: names.tom }).click();
      await ada.getByLabel('NED Team').uncheck();
      await ada.getByRole('button', { name: 'Save' }).click();
      await expect(bar(tom).getByText('You follow this meeting no longer')).toBeVisible(second);
      await expect(present(tom).getByRole('listitem')).toHaveCount(0);
      await expect(present(ana).getByText(names.tom)).toHaveCount(0, second);
      expect((await tom.request.get(meeting)).status()).toBe(403);
    });
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('two servers hold one meeting, and one of them is killed', async ({ browser }, { outputDir }) => {
  test.setTimeout(120_000);
  mkdirSync(outputDir, { recursive: true });
  const postgres = process.env.ROUNDTABLE_TEST_POSTGRES;
  expect(postgres, 'run the tests through `make test-browser`, or scripts/with-postgres').toBeTruthy();
  await fill(postgres!);
  const servers = await Promise.all(['one', 'two'].map((name) => serve(postgres!, path.join(outputDir, `${name}.log`))));
  const [one, two] = servers as [Server, Server];
  try {
    const [ana, dan] = [await seat(browser, one, 'ana'), await seat(browser, two, 'dan')];
    const meeting = await begin(ana.context(), one);
    for (const page of [ana, dan]) await page.goto(meeting);
    for (const page of [ana, dan]) await expect(present(page).getByRole('listitem')).toHaveCount(2, second);
    await bar(ana).getByRole('button', { name: 'Present' }).click();
    const next = await open(ana, 3);
    await expect(client(dan)).toHaveText(next, second);
    await dan.getByLabel('Next steps').fill('Dan writes.');
    await expect(ana.getByText(`${names.dan} is writing here`)).toBeVisible(second);
    await ana.getByLabel('Next steps').fill('Ana files.');
    await ana.getByRole('button', { name: 'Save entry' }).click();
    await expect(bar(dan).getByText(`${names.ana} filed an entry`)).toBeVisible(second);
    await ana.waitForLoadState();
    await open(ana, 4);
    await ana.getByLabel('Discussion').evaluate((field) => field.closest('details')!.setAttribute('open', ''));
    await ana.getByLabel('Discussion').fill('Words on the server that is killed');
    await expect(ana.getByText(/Draft saved/)).toBeVisible();
    await one.kill();
    await expect(present(dan).getByRole('listitem')).toHaveCount(1, { timeout: 45_000 });
    const back = await seat(browser, two, 'ana');
    await back.goto(new URL(ana.url()).pathname + new URL(ana.url()).search);
    await expect(back.getByLabel('Discussion')).toHaveValue('Words on the server that is killed');
    await expect(present(dan).getByRole('listitem')).toHaveCount(2, second);
    await expect(dan.getByLabel('Next steps')).toHaveValue('Dan writes.');
  } finally {
    for (const server of servers) await server.stop();
  }
});
