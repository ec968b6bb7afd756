// A meeting in several browsers: three of the team and one outside it, on one server that is killed, and on two.

import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, serve, type Server } from './roundtable.ts';

const password = randomBytes(12).toString('hex');

/** Who takes part, and the flags that `user add` gives them; Paul is outside the team. */
const people = { nora: ['--ned-team'], dan: ['--ned-team'], ivo: ['--ned-team'], paul: [], ada: ['--admin'] };
const names = { nora: 'Nora Ruiz', dan: 'Dan Ochoa', ivo: 'Ivo Varga', paul: 'Paul Ferris', ada: 'Ada Winters' };
type Name = keyof typeof people;

/**
 * Waits for what the others are to see, and says how long that took in most cases, in milliseconds: one of them may
 * come late where the machine has other work.
 */
function stopwatch() {
  const took: number[] = [];
  const seen = async (expectation: Promise<void>) => {
    const begun = performance.now();
    await expectation;
    took.push(performance.now() - begun);
  };
  return { seen, typical: () => took.sort((one, other) => one - other)[Math.floor(took.length / 2)] };
}

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

const client = (page: Page) => page.locator('.rt-at-table h2');
const agenda = (page: Page) => page.getByRole('navigation', { name: 'Agenda' });
const present = (page: Page) => page.getByRole('list', { name: 'Here now' });
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
  const { seen, typical } = stopwatch();
  try {
    const seats = await Promise.all((['nora', 'dan', 'ivo', 'paul'] as Name[]).map((name) => seat(browser, server, name)));
    const [nora, dan, ivo, paul] = seats as [Page, Page, Page, Page];
    const meeting = await begin(nora.context(), server);

    await test.step('who is there is seen by those who are there, and by nobody else', async () => {
      for (const page of [nora, dan, ivo]) await page.goto(meeting);
      for (const page of [nora, dan, ivo]) {
        for (const name of [names.nora, names.dan, names.ivo]) await expect(present(page).getByText(name)).toBeAttached();
      }
      expect((await paul.goto(meeting))!.status()).toBe(403);
      const stream = await paul.request.get(`/crm/events?meeting=${meeting.split('/').pop()}`);
      expect(stream.status()).toBe(403);
      expect(await stream.text()).not.toContain(names.nora);
    });

    await test.step('the presenter is followed; who looks elsewhere comes back', async () => {
      await bar(nora).getByRole('button', { name: 'Start presenting' }).click();
      await expect(bar(nora).getByRole('button', { name: 'Stop presenting' })).toBeVisible();
      const next = await open(nora, 2);
      await seen(expect(client(dan)).toHaveText(next));
      await seen(expect(client(ivo)).toHaveText(next));
      await open(ivo, 5);
      const back = bar(ivo).getByRole('link', { name: `${names.nora} is at ${next}` });
      await seen(expect(back).toBeVisible());
      await back.click();
      await expect(client(ivo)).toHaveText(next);
    });

    await test.step('two who write on one client see each other, and nothing typed is replaced', async () => {
      await dan.getByLabel('Next steps').fill('Dan sends the offer.');
      await seen(expect(ivo.getByText(`${names.dan} is writing here`)).toBeVisible());
      await ivo.getByLabel('Next steps').fill('Ivo calls the board.');
      await ivo.getByRole('button', { name: 'Save entry' }).click();
      await seen(expect(bar(dan).getByText(`${names.ivo} filed an entry`)).toBeVisible());
      await seen(expect(dan.locator('.rt-previous')).toContainText('Ivo calls the board.'));
      await expect(dan.getByLabel('Next steps')).toHaveValue('Dan sends the offer.');
      await dan.getByRole('button', { name: 'Save entry' }).click();
      await expect(dan.getByText('Both changes are kept')).toBeVisible();
      await seen(expect(ivo.locator('.rt-previous')).toContainText(/Ivo calls the board\.\s+Dan sends the offer\./));
    });

    await test.step('what two write of one matter in two ways is shown side by side', async () => {
      await open(ivo, 3);
      await open(dan, 3);
      await dan.getByLabel('Next steps').fill('Send the quote by Friday.');
      await ivo.getByLabel('Next steps').fill('Send the quote by Monday.');
      await ivo.getByRole('button', { name: 'Save entry' }).click();
      await seen(expect(bar(dan).getByText(`${names.ivo} filed an entry`)).toBeVisible());
      await dan.getByRole('button', { name: 'Save entry' }).click();
      await expect(dan.getByRole('alert')).toContainText(names.ivo);
      const steps = dan.getByRole('textbox', { name: 'Next steps' });
      await expect(steps).toHaveValue('Send the quote by Friday.');
      const theirs = dan.getByRole('group', { name: 'Send the quote by Monday.' });
      const [mine, other] = [(await steps.boundingBox())!, (await theirs.boundingBox())!];
      expect(other.x).toBeGreaterThanOrEqual(mine.x + mine.width);
      expect(Math.abs(other.y - mine.y)).toBeLessThan(40);
      await steps.fill('Send the quote by Monday at noon.');
      await dan.getByRole('button', { name: 'Save entry' }).click();
      await dan.goto(meeting);
      await expect(dan.getByRole('main')).toBeVisible();
      await seen(expect(ivo.locator('.rt-previous')).toContainText('Send the quote by Monday at noon.'));
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
      await expect(present(again).getByText(names.nora)).toBeAttached({ timeout: 10_000 });
      await again.close({ runBeforeUnload: false });
    });

    await test.step('a right that is taken away ends the stream', async () => {
      await expect(present(ivo).getByText(names.ivo)).toBeAttached({ timeout: 10_000 });
      const ada = await seat(browser, server, 'ada');
      await ada.goto('/admin/users');
      await ada.getByRole('link', { name: names.ivo }).click();
      await ada.getByLabel('NED Team').uncheck();
      await ada.getByRole('button', { name: 'Save' }).click();
      await seen(expect(bar(ivo).getByText('You follow this meeting no longer')).toBeVisible());
      await expect(present(ivo).getByRole('listitem')).toHaveCount(0);
      await seen(expect(present(nora).getByText(names.ivo)).toHaveCount(0));
      expect((await ivo.request.get(meeting)).status()).toBe(403);
    });

    expect(typical(), 'the others see a change within a second').toBeLessThan(1_000);
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
  const { seen, typical } = stopwatch();
  try {
    const [nora, dan] = [await seat(browser, one, 'nora'), await seat(browser, two, 'dan')];
    const meeting = await begin(nora.context(), one);
    for (const page of [nora, dan]) await page.goto(meeting);
    for (const page of [nora, dan]) await seen(expect(present(page).getByRole('listitem')).toHaveCount(2));
    await bar(nora).getByRole('button', { name: 'Start presenting' }).click();
    const next = await open(nora, 3);
    await seen(expect(client(dan)).toHaveText(next));
    await dan.getByLabel('Next steps').fill('Dan writes.');
    await seen(expect(nora.getByText(`${names.dan} is writing here`)).toBeVisible());
    await nora.getByLabel('Next steps').fill('Nora files.');
    await nora.getByRole('button', { name: 'Save entry' }).click();
    await seen(expect(bar(dan).getByText(`${names.nora} filed an entry`)).toBeVisible());
    await nora.waitForLoadState();
    await open(nora, 4);
    await nora.getByLabel('Discussion').evaluate((field) => field.closest('details')!.setAttribute('open', ''));
    await nora.getByLabel('Discussion').fill('Words on the server that is killed');
    await expect(nora.getByText(/Draft saved/)).toBeVisible();
    await one.kill();
    await expect(present(dan).getByRole('listitem')).toHaveCount(1, { timeout: 45_000 });
    const back = await seat(browser, two, 'nora');
    await back.goto(new URL(nora.url()).pathname + new URL(nora.url()).search);
    await expect(back.getByLabel('Discussion')).toHaveValue('Words on the server that is killed');
    await seen(expect(present(dan).getByRole('listitem')).toHaveCount(2));
    await expect(dan.getByLabel('Next steps')).toHaveValue('Dan writes.');
    expect(typical(), 'the others see a change within a second').toBeLessThan(1_000);
  } finally {
    for (const server of servers) await server.stop();
  }
});
