// `test` with a server and a database of its own for each worker, three people who can sign in, and their pictures.

import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, serve, type Server } from './roundtable.ts';

export { expect };

/** Who a journey can be walked as, and the flags that `user add` gives them. */
const people = {
  nadia: { fullName: 'Nadia Brandt', flags: ['--ned-team'] },
  paul: { fullName: 'Paul Ferris', flags: [] },
  ada: { fullName: 'Ada Winters', flags: ['--admin'] },
} satisfies Record<string, { fullName: string; flags: string[] }>;

export type Name = keyof typeof people;

/** One password for all three, new in every run: none is ever written down. */
const password = randomBytes(12).toString('hex');

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

type Fixtures = {
  /** Has the test go on as somebody, with a session of the worker: for those that do not look at signing in. */
  as: (name: Name) => Promise<void>;
};

type WorkerFixtures = {
  /** Whether the database is filled as `roundtable demo` fills it; `test.use({ demo: false })` for an empty one. */
  demo: boolean;
  /** With which flags the server is started beside the usual ones. */
  flags: string[];
  /** The worker's server; its address is every page's `baseURL`. */
  server: Server;
  /** A person's session, the same for all tests of the worker: none of them may sign out of it. */
  session: (name: Name) => Promise<Cookies>;
  /** Ada's page that stays open from test to test: for those that look and type nothing. */
  onlooker: Page;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  demo: [true, { scope: 'worker', option: true }],

  flags: [[], { scope: 'worker', option: true }],

  server: [
    async ({ demo, flags }, use, { project, workerIndex }) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'roundtable-browser-'));
      try {
        const database = `sqlite:${path.join(folder, 'roundtable.db')}`;
        // First: a database that holds people already is not empty, and is not filled.
        if (demo) await run(['demo', '--fill-only', '--database', database]);
        for (const name of Object.keys(people) as Name[]) await addPerson(name, database);
        mkdirSync(project.outputDir, { recursive: true });
        const log = path.join(project.outputDir, `server-${workerIndex}.log`);
        const server = await serve(database, log, '127.0.0.1:0', flags);
        try {
          await use(server);
        } finally {
          await server.stop();
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => use(server.address),

  session: [
    async ({ playwright, server }, use) => {
      const sessions = new Map<Name, Promise<Cookies>>();
      const start = async (name: Name): Promise<Cookies> => {
        const headers = { origin: server.address };
        const request = await playwright.request.newContext({ baseURL: server.address, extraHTTPHeaders: headers });
        const answer = await request.post('/sign-in', { form: { username: name, password }, maxRedirects: 0 });
        expect(answer.status(), `signing in as ${name}`).toBe(303);
        const { cookies } = await request.storageState();
        await request.dispose();
        return cookies;
      };
      await use((name) => {
        const session = sessions.get(name) ?? start(name);
        sessions.set(name, session);
        return session;
      });
    },
    { scope: 'worker' },
  ],

  onlooker: [
    async ({ browser, server, session }, use, { project }) => {
      const { locale, viewport } = project.use;
      const context = await browser.newContext({ baseURL: server.address, locale, viewport });
      await context.addCookies(await session('ada'));
      await use(await context.newPage());
      await context.close();
    },
    { scope: 'worker' },
  ],

  as: async ({ context, session }, use) => use(async (name) => context.addCookies(await session(name))),
});

async function addPerson(name: Name, database: string): Promise<void> {
  const { fullName, flags } = people[name];
  const about = ['--email', `${name}@mpr.example`, '--full-name', fullName, ...flags];
  await run(['user', 'add', name, ...about, '--password-stdin', '--database', database], `${password}\n`);
}

/** The name under which the pages show a person. */
export function fullName(name: Name): string {
  return people[name].fullName;
}

/** Fills in the sign-in form and sends it; whether it was accepted is for the caller to see. */
export async function sendSignIn(page: Page, name: string, typed: string): Promise<void> {
  await page.goto('/sign-in');
  await fillSignIn(page, name, typed);
}

/** Signs a person in on the sign-in page that is open, to which another page led. */
export async function signInHere(page: Page, name: Name): Promise<void> {
  await fillSignIn(page, name, password);
}

async function fillSignIn(page: Page, name: string, typed: string): Promise<void> {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(typed);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs a person in; fails unless the page that follows shows that person's menu. */
export async function signIn(page: Page, name: Name): Promise<void> {
  await sendSignIn(page, name, password);
  await expect(personMenu(page)).toContainText(fullName(name));
  await page.waitForLoadState();
}

/** Waits for the page of that title to its end: its scripts do not see what is done before they run. */
export async function expectPage(page: Page, title: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await page.waitForLoadState();
}

/** Signs out through the person's menu, whoever is signed in. */
export async function signOut(page: Page): Promise<void> {
  await personMenu(page).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
}

/** A day so many days from today, before it when negative, as a date field takes it. */
export function dayFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** What opens the person's menu; a closed menu hides the button that it is known by. */
function personMenu(page: Page) {
  const button = page.getByRole('button', { name: 'Sign out', includeHidden: true });
  return page.locator('details').filter({ has: button }).locator('summary');
}

/** Under `make screenshots`, keeps a picture of the page, all of it if not told, for people to look at; compares nothing. */
export async function screenshot(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  if (!process.env.ROUNDTABLE_SCREENSHOTS) return;
  await page.screenshot({ path: path.join(import.meta.dirname, 'screenshots', `${name}.png`), fullPage });
}
