// `test` with a server and a database of its own for each worker, three people who can sign in, and their pictures.

import { expect, type Page, test as base } from '@playwright/test';
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

type WorkerFixtures = {
  /** Whether the database is filled as `roundtable demo` fills it: `test.use({ demo: true })`. */
  demo: boolean;
  /** The worker's server; its address is every page's `baseURL`. */
  server: Server;
};

export const test = base.extend<{}, WorkerFixtures>({
  demo: [false, { scope: 'worker', option: true }],

  server: [
    async ({ demo }, use, { project, workerIndex }) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'roundtable-browser-'));
      try {
        const database = `sqlite:${path.join(folder, 'roundtable.db')}`;
        // First: a database that holds people already is not empty, and is not filled.
        if (demo) await run(['demo', '--fill-only', '--database', database]);
        for (const name of Object.keys(people) as Name[]) await addPerson(name, database);
        mkdirSync(project.outputDir, { recursive: true });
        const server = await serve(database, path.join(project.outputDir, `server-${workerIndex}.log`));
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
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(typed);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs a person in; fails unless the page that follows shows that person's menu. */
export async function signIn(page: Page, name: Name): Promise<void> {
  await sendSignIn(page, name, password);
  await expect(personMenu(page)).toContainText(fullName(name));
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

/** Keeps a picture of the whole page as `screenshots/NAME.png`, for people to look at; compares nothing. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(import.meta.dirname, 'screenshots', `${name}.png`), fullPage: true });
}
