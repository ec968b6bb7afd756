// Every page: nothing that axe finds, in both themes; nothing that scrolls sideways on a phone. Keys; no scripts.

import { type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expectAccessible, expectContrast } from './axe.ts';
import { expect, screenshot, signIn, test } from './fixtures.ts';

// No test here builds on another: two workers halve the time that a hundred pages take.
test.describe.configure({ mode: 'parallel' });

const desk = { width: 1280, height: 800 };
const phone = { width: 320, height: 640 };

/** A page as its address, and what is done before it is looked at, with the route to which that leads. */
type Visit = { address: string; prepare?: (page: Page) => Promise<void>; leads?: string; status?: number };

async function openPart(page: Page, summary: string): Promise<void> {
  await page.getByRole('main').locator('summary', { hasText: summary }).first().click();
}

/** The page of a route to which a link of a client leads, also one that is shown when it is pointed at. */
function linked(route: string): Visit {
  const [start, end] = route.split('{id}');
  const prepare = async (page: Page) => {
    const link = page.locator(`main a[href^="${start}"][href$="${end}"]`).first();
    expect((await page.goto((await link.getAttribute('href')) ?? ''))?.status()).toBe(200);
  };
  return { address: '/clients/1', prepare, leads: route };
}

/** Changes the type of a client. */
async function changeType(page: Page, type: string): Promise<void> {
  await page.getByLabel('Type').selectOption(type);
  await page.getByRole('button', { name: 'Save client' }).click();
}

const pages: Record<string, Visit> = {
  dashboard: { address: '/crm/dashboard' },
  'dashboard-filtered': { address: '/crm/dashboard?attention=urgent&priority=Strategic' },
  clients: { address: '/clients' },
  'clients-filtered': {
    address: '/clients?priority=Strategic&attention=warning&sort=priority',
    prepare: async (page) => openPart(page, 'Filter'),
  },
  'clients-ticked': {
    address: '/clients',
    prepare: async (page) => {
      if ((page.viewportSize()?.width ?? 0) < 600) return;
      await page.getByRole('checkbox', { name: /^Choose / }).nth(1).check();
      await expect(page.getByRole('button', { name: 'Preview' })).toBeVisible();
    },
  },
  'clients-peek': {
    address: '/clients',
    prepare: async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press(' ');
      await expect(page.getByRole('complementary', { name: 'Peek' })).toBeVisible();
    },
  },
  'clients-many': { address: '/clients/many?client=1&client=2&next_planned_contact_date=2099-01-01' },
  'clients-none': { address: '/clients?search=nobody' },
  'clients-archived': { address: '/clients?archived=on' },
  client: { address: '/clients/1' },
  'client-adding': {
    address: '/clients/1',
    prepare: async (page) => {
      await openPart(page, 'Log contact');
      await openPart(page, 'Add vendor');
      await page.getByRole('combobox', { name: /^Vendor/ }).pressSequentially('power');
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
    },
  },
  import: { address: '/import' },
  'import-nukeworks': { address: '/import/nukeworks' },
  'client-new': { address: '/clients/new' },
  'client-refused': {
    address: '/clients/new',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Save client' }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  'client-near': {
    address: '/clients/new',
    prepare: async (page) => {
      await page.getByLabel('Client name').fill('Tidewater  public power');
      await page.getByRole('button', { name: 'Save client' }).click();
      await expect(page.getByRole('heading', { name: 'Is it one of these?' })).toBeVisible();
    },
  },
  'client-edit': { address: '/clients/1/edit' },
  'client-in-conflict': {
    address: '/clients/3/edit',
    prepare: async (page) => {
      const other = await page.context().newPage();
      await other.goto(page.url());
      await changeType(other, 'Government');
      await expect(other.locator('#flash')).toContainText('saved');
      await other.close();
      await changeType(page, 'Other');
      await expect(page.getByRole('alert')).toContainText(/Ada Winters saved this .* while you were editing/);
    },
  },
  'client-undo': {
    address: '/clients/4/edit',
    prepare: async (page) => {
      await changeType(page, (await page.getByLabel('Type').inputValue()) === 'Other' ? 'Utility' : 'Other');
      await expect(page.locator('#flash').getByRole('button', { name: 'Undo' })).toBeVisible();
    },
  },
  'client-pause': { address: '/clients/1/pause' },
  'client-timeline': { address: '/clients/1/timeline' },
  'client-view-new': { address: '/clients/views/new?list=client_type%3DUtility' },
  'client-delete': { address: '/clients/1/delete' },
  'client-contacts': { address: '/clients/1/contacts' },
  'client-files': { address: '/clients/1/files' },
  'file-edit': {
    address: '/clients/4/files',
    leads: '/files/{id}/edit',
    prepare: async (page) => {
      const file = { name: 'Notes.txt', mimeType: 'text/plain', buffer: Buffer.from('some notes') };
      await page.getByLabel('Files', { exact: true }).setInputFiles(file);
      await page.getByRole('button', { name: 'Add files' }).click();
      await page.getByRole('listitem').filter({ hasText: 'Notes.txt' }).hover();
      await page.getByRole('link', { name: 'Change Notes.txt' }).click();
      await page.waitForURL(/\/files\/\d+\/edit$/);
    },
  },
  assessment: { address: '/clients/1/assessment' },
  'contact-form': { address: '/clients/1/contact' },
  'contact-refused': {
    address: '/clients/1/contact',
    prepare: async (page) => {
      // The date stands there already; how the contact was made does not.
      await page.getByRole('main').getByRole('button', { name: 'Log contact' }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  'contact-sheet': {
    address: '/my-work',
    prepare: async (page) => {
      await page.keyboard.press('l');
      await expect(page.getByRole('dialog', { name: 'Log contact' })).toBeVisible();
    },
  },
  'contact-any': { address: '/contacts/new' },
  'contact-edit': linked('/contacts/{id}/edit'),
  'contact-files': linked('/contacts/{id}/files'),
  contacts: { address: '/contacts' },
  'link-form': { address: '/clients/1/links/owner' },
  'link-edit': linked('/links/{id}/edit'),
  'links-all': { address: '/clients/1/links/owner/all' },
  'my-work': { address: '/my-work' },
  'client-acts': {
    address: '/clients/1',
    prepare: async (page) => page.getByRole('main').locator('.rt-acts summary').first().click(),
  },
  'action-items': { address: '/clients/1/action-items' },
  'action-item-edit': linked('/action-items/{id}/edit'),
  'action-item-new': { address: '/clients/1/action-items/new' },
  calendar: { address: '/calendar' },
  'calendar-week': {
    address: '/calendar?view=week',
    prepare: async (page) => openPart(page, 'Move to another day'),
  },
  'calendar-address': { address: '/calendar/address' },
  'follow-ups': { address: '/follow-ups' },
  'action-items-of-all': { address: '/action-items' },
  'planned-contacts': { address: '/planned-contacts' },
  handover: { address: '/people/1/handover' },
  trends: {
    address: '/crm/trends',
    prepare: async (page) => page.locator('main summary').first().click(),
  },
  coverage: { address: '/crm/coverage' },
  'coverage-one-person': { address: '/crm/coverage/one-person' },
  'coverage-undiscussed': { address: '/crm/coverage/undiscussed' },
  'coverage-unheld': { address: '/crm/coverage/unheld' },
  'coverage-unjudged': { address: '/crm/coverage/unjudged' },
  'coverage-unplanned': { address: '/crm/coverage/unplanned' },
  rhythm: { address: '/crm/rhythm' },
  palette: {
    address: '/my-work',
    prepare: async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('cape');
      await expect(page.getByRole('listbox', { name: 'Found' }).getByRole('option').first()).toBeVisible();
    },
  },
  search: { address: '/search?q=power' },
  'search-none': { address: '/search?q=nobody' },
  meeting: { address: '/crm/roundtable?page=1' },
  'meeting-prepared': { address: '/crm/roundtable' },
  meetings: { address: '/crm/meetings' },
  'meeting-new': { address: '/crm/meetings/new' },
  // The demonstration has five that were held, and the next one.
  'meeting-planned': { address: '/crm/meetings/6', prepare: async (page) => openPart(page, 'Add a client') },
  'meeting-agenda': { address: '/crm/meetings/6/agenda' },
  'meeting-edit': { address: '/crm/meetings/6/edit' },
  'meeting-files': { address: '/crm/meetings/6/files' },
  'meeting-since': { address: '/crm/meetings/6/since' },
  'meeting-closed': { address: '/crm/meetings/1' },
  minutes: { address: '/crm/meetings/1/minutes' },
  since: { address: '/clients/1/since' },
  'agenda-since': { address: '/crm/since' },
  'as-of': { address: '/clients/1/as-of' },
  'agenda-as-of': { address: '/crm/as-of' },
  'entry-form': { address: '/crm/roundtable/1/new' },
  'entry-refused': {
    address: '/crm/roundtable/1/new',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Save entry' }).click();
      await expect(page.getByRole('alert')).toBeVisible();
    },
  },
  'entry-correction': { address: '/crm/entries/1/correction' },
  history: { address: '/crm/roundtable/1' },
  poc: { address: '/crm/poc/1' },
  users: { address: '/admin/users' },
  'user-new': { address: '/admin/users/new' },
  invitation: {
    address: '/admin/users/2/invitation',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Make a/ }).click();
      await expect(page.getByText('It is shown now and never again')).toBeVisible();
    },
  },
  welcome: {
    address: '/admin/users/2/invitation',
    leads: '/invitation/{token}',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Make a/ }).click();
      await page.goto((await page.locator('#invitation').textContent()) ?? '');
      await expect(page.getByRole('heading', { level: 1, name: /^Welcome, / })).toBeVisible();
    },
  },
  'user-edit': { address: '/admin/users/1/edit' },
  'first-steps': { address: '/admin/start' },
  settings: { address: '/admin/settings' },
  mailbox: { address: '/admin/mailbox' },
  messages: { address: '/admin/messages' },
  tokens: { address: '/admin/tokens' },
  'token-new': { address: '/admin/tokens/new' },
  webhooks: { address: '/admin/webhooks' },
  'webhook-new': { address: '/admin/webhooks/new' },
  audit: { address: '/admin/audit' },
  changes: { address: '/clients/1/history' },
  map: {
    address: '/graph?of=clients/1',
    prepare: async (page) => expect(page.getByText(/^\d+ records, \d+ connections/)).toBeVisible(),
  },
  'map-everything': {
    address: '/graph',
    prepare: async (page) => expect(page.getByText(/^\d+ records, \d+ connections/)).toBeVisible(),
  },
  'client-map': {
    address: '/clients/1',
    prepare: async (page) => {
      await openPart(page, 'Map of relationships');
      await expect(page.getByText(/^\d+ records, \d+ connections/)).toBeVisible();
    },
  },
  ways: { address: '/paths?from=people/1&to=technologies/1' },
  'ways-unclear': { address: '/paths?from_name=tide&to_name=nobody' },
  'project-map': { address: '/projects/map' },
  merge: { address: '/owners/1/merge?other=2' },
  'merge-choose': { address: '/owners/1/merge' },
  merges: { address: '/admin/merges' },
  about: { address: '/about' },
  profile: { address: '/profile' },
  'profile-mail': { address: '/profile/mail' },
  'profile-tokens': { address: '/profile/tokens' },
  password: { address: '/password' },
  'menu-open': {
    address: '/password',
    prepare: async (page) => page.getByRole('banner').locator('summary').click(),
  },
  keys: {
    // Where nothing is typed in.
    address: '/my-work',
    prepare: async (page) => {
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog', { name: 'Help' })).toBeVisible();
    },
  },
  missing: { address: '/clients/999999', status: 404 },
};

const kinds = ['owners', 'vendors', 'technologies', 'projects', 'operators', 'constructors', 'offtakers', 'people'];
for (const kind of kinds) {
  pages[kind] = { address: `/${kind}` };
  pages[`${kind}-one`] = { address: `/${kind}/1` };
  pages[`${kind}-new`] = { address: `/${kind}/new` };
  pages[`${kind}-edit`] = { address: `/${kind}/1/edit` };
}

/** What axe need not look at here, and why. */
const exceptions: [RegExp, string][] = [
  [/\/api(\/|$)|\.(csv|xlsx|pdf|md|ics)$|^\/admin\/archive$|^\/import\/\{id\}\/reasons$/, 'data and files'],
  [/^\/(assets|calendar|files)\/[^/]+\}(\/\{name\})?$|^\/(favicon\.ico|health|crm\/events)$/, 'files and streams'],
  [/^\/$/, 'leads on to the dashboard or the clients'],
  [/\/peek$/, 'a part of a page, seen as clients-peek'],
  [/^\/import\/\{id\}$/, 'seen by axe in import.spec.ts'],
  [/^\/admin\/webhooks\/\{id\}$/, 'seen by axe in messages.spec.ts'],
  [/^\/sign-in$/, 'seen below, by whom is not signed in'],
  [/^\/mail\/unsubscribe\//, 'needs the token of a mail'],
];

/** A route with one word for all kinds of records and of links: each of their pages is one template. */
function general(route: string): string {
  const kind = new RegExp(`^/(clients|${kinds.join('|')})(?=/|$)`);
  const numbered = route.replace(/[?#].*/, '').replace(/\/\d+/g, '/{id}');
  return numbered.replace(kind, '/{kind}').replace(/\/links\/[a-z]+/, '/links/{kind}');
}

test('every page is seen by axe, or is named with the reason why not', () => {
  const table = readFileSync(path.join(import.meta.dirname, '../it/permissions.txt'), 'utf8');
  const routes = [...table.matchAll(/^GET +(\S+)/gm)].map(([, route]) => route!);
  const seen = new Set(Object.values(pages).flatMap(({ address, leads }) => [address, leads ?? address]).map(general));
  const isExcepted = (route: string) => exceptions.some(([pattern]) => pattern.test(route));
  expect(routes.filter((route) => !seen.has(general(route)) && !isExcepted(route))).toEqual([]);
  const idle = exceptions.filter(([pattern]) => !routes.some((route) => pattern.test(route)));
  expect(idle, 'exceptions of pages that are no more').toEqual([]);
});

async function visit(page: Page, { address, prepare, status = 200 }: Visit): Promise<void> {
  const answer = await page.goto(address);
  // A page that says “not found” may be accessible; it is not the page that was meant.
  expect(answer?.status(), address).toBe(status);
  await prepare?.(page);
  // What was done may have led to another page, of which the end is still on its way.
  await page.waitForLoadState();
}

/** A screen of that size, in daylight; without motion, so that no colour is caught half way. */
async function onScreen(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

async function inspect(page: Page, name: string, target: Visit): Promise<void> {
  await onScreen(page, desk);
  await visit(page, target);
  await screenshot(page, `light-${name}`);
  await expectAccessible(page);
  await turnDark(page);
  await screenshot(page, `dark-${name}`);
  await expectContrast(page);
  await page.setViewportSize(phone);
  await expectUpright(page);
}

/** The page as someone sees it whose system turns dark. */
async function turnDark(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expect(page.locator('html')).toHaveAttribute('data-bs-theme', 'dark');
}

test.describe('signed in as ada', () => {
  for (const [name, target] of Object.entries(pages)) {
    const claim = `${name} passes axe in both themes and does not scroll sideways on a phone`;
    // A new tab takes as long as axe does: only where something is done on the page.
    if (!target.prepare) test(claim, async ({ onlooker }) => inspect(onlooker, name, target));
    else {
      test(claim, async ({ page, as }) => {
        await as('ada');
        await inspect(page, name, target);
      });
    }
  }

  for (const name of ['dashboard', 'clients', 'client', 'client-new', 'meeting', 'contacts']) {
    test(`axe finds nothing on ${name} on a phone`, async ({ onlooker: page }) => {
      await onScreen(page, phone);
      await visit(page, pages[name]!);
      await screenshot(page, `phone-${name}`);
      await expectUpright(page);
      await expectAccessible(page);
    });
  }

  test('axe finds nothing on the open navigation on a phone', async ({ onlooker: page }) => {
    await onScreen(page, phone);
    await visit(page, pages['contacts']!);
    await page.locator('summary', { hasText: 'Navigation' }).click();
    await expect(page.getByRole('link', { name: 'Clients', exact: true })).toBeVisible();
    await expectAccessible(page);
    await screenshot(page, 'phone-navigation');
  });

  test('a refused form says what is wrong, leads there and keeps what was typed', async ({ page, as }) => {
    await as('ada');
    await page.goto('/clients/new');
    await page.getByLabel('Notes').fill('words to keep');
    await page.getByRole('button', { name: 'Save client' }).click();
    await expect(page.getByLabel('Client name')).toHaveAccessibleDescription(/Enter the client's name\./);
    await expect(page.getByLabel('Notes')).toHaveValue('words to keep');
    await page.getByRole('link', { name: "Enter the client's name." }).click();
    await expect(page.getByLabel('Client name')).toBeFocused();
  });

  test('keys lead to the pages, are told under ?, and rest while one types', async ({ page, as }) => {
    await as('ada');
    await page.goto('/contacts');
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    // To the end: a key that is pressed before the scripts run is lost.
    await page.waitForURL(/\/clients$/);

    const dialog = page.getByRole('dialog', { name: 'Help' });
    await page.keyboard.press('?');
    await expect(dialog).toBeVisible();
    await expect(dialog.getByText('Clients', { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();

    await page.goto('/contacts');
    await page.getByLabel('Search everything').focus();
    await page.keyboard.type('gc?');
    await expect(page.getByLabel('Search everything')).toHaveValue('gc?');
    await expect(dialog).toBeHidden();
    await expect(page).toHaveURL(/\/contacts$/);
  });

  test('the help finds a key by its words and hides the others', async ({ page, as }) => {
    await as('ada');
    await page.goto('/my-work');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Help' });
    await expect(dialog.getByLabel('Find in help')).toBeFocused();
    await page.keyboard.type('add vendor');
    await expect(dialog.getByRole('definition')).toHaveText([/^Add a vendor/]);
    await expect(dialog.getByRole('heading', { name: 'Keys' })).toBeVisible();
    await expect(dialog.getByRole('heading', { name: 'Words' })).toBeHidden();
    await dialog.getByLabel('Find in help').fill('');
    await expect(dialog.getByText('Dashboard', { exact: true })).toBeVisible();
  });

  test('the letters of every face can be read in both themes', async ({ onlooker: page }) => {
    await onScreen(page, desk);
    await page.goto('/about');
    await page.evaluate(() => {
      const faces = Array.from({ length: 8 }, (_, number) => Object.assign(document.createElement('span'), {
        className: `rt-face-${number}`,
        textContent: 'AB',
      }));
      document.querySelector('main')!.append(...faces);
    });
    expect(await ratios(page)).toHaveLength(8);
    expect(Math.min(...(await ratios(page)))).toBeGreaterThanOrEqual(4.5);
    await turnDark(page);
    expect(Math.min(...(await ratios(page)))).toBeGreaterThanOrEqual(4.5);
  });
});

/** The contrast of each face, as WCAG 2.2 reckons it. */
async function ratios(page: Page): Promise<number[]> {
  const pairs = await page.locator('main > [class^=rt-face-]').evaluateAll((faces) =>
    faces.map((face) => [getComputedStyle(face).color, getComputedStyle(face).backgroundColor]),
  );
  const luminance = (colour: string) => {
    const shares = colour.match(/[\d.]+/g)!.slice(0, 3).map((part) => Number(part) / 255);
    const linear = (share: number) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = shares.map(linear);
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  return pairs.map((pair) => {
    const [dark, light] = pair.map(luminance).sort((one, other) => one - other);
    return (light! + 0.05) / (dark! + 0.05);
  });
}

async function expectUpright(page: Page): Promise<void> {
  // Reads which elements stick out, so that a failure names them.
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.querySelectorAll('main *, main, header, nav')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.right > clientWidth + 0.5 && !element.closest('.rt-table-scroll > *');
    });
    const name = (element: Element) => `${element.localName}.${element.getAttribute('class') ?? ''}`;
    return [`${scrollWidth} of ${clientWidth} px`, ...new Set(out.map(name))];
  });
  expect.soft(wide, `${page.url()} scrolls sideways`).toEqual([]);
}

test('the sign-in page passes axe in both themes and does not scroll sideways on a phone', async ({ page }) => {
  await inspect(page, 'sign-in', { address: '/sign-in' });
});

test('a page that one may not see passes axe in both themes', async ({ page, as }) => {
  await as('paul');
  await inspect(page, 'forbidden', { address: '/crm/dashboard', status: 403 });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('signing in, filtering and creating a client work', async ({ page }) => {
    await signIn(page, 'ada');
    await page.getByRole('link', { name: 'Clients', exact: true }).click();
    await openPart(page, 'Filter');
    await page.getByLabel('Attention').selectOption({ label: 'Urgent' });
    await page.getByRole('button', { name: 'Apply' }).click();
    // To the end: rows are counted once.
    await page.waitForURL(/attention=urgent/);
    const rows = page.getByRole('region', { name: 'Clients' }).getByRole('row');
    const count = await rows.count();
    expect(count).toBeGreaterThan(1);
    await expect(rows.filter({ hasText: 'Urgent' })).toHaveCount(count - 1);
    await screenshot(page, 'no-scripts-filtered');

    await page.getByRole('link', { name: 'New client' }).click();
    await page.getByLabel('Client name').fill('Made without scripts');
    await page.getByLabel('Type').selectOption('Government');
    await page.getByRole('button', { name: 'Save client' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Made without scripts' })).toBeVisible();
    await expect(page.locator('#flash')).toContainText('Made without scripts saved');
  });
});
