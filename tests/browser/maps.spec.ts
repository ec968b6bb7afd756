// The map of relationships, the ways between records, the map of projects, and merging what is there twice.

import { readFile } from 'node:fs/promises';
import { type Page } from '@playwright/test';
import { expect, expectPage, test } from './fixtures.ts';

declare global {
  interface Window {
    /** What was written on the map. */
    written: Set<string>;
  }
}

/** What the drawing says that it shows: records and connections. */
async function told(page: Page): Promise<{ records: number; connections: number }> {
  const words = page.getByText(/^\d+ records, \d+ connections\./);
  await expect(words).toBeVisible();
  const [, records, connections] = /^(\d+) records, (\d+) connections/.exec((await words.textContent()) ?? '') ?? [];
  return { records: Number(records), connections: Number(connections) };
}

/** Fails on anything that the browser complains about, a broken rule of the page's policy included. */
function expectNoComplaints(page: Page): () => void {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return () => expect(complaints).toEqual([]);
}

async function choose(page: Page, field: string, words: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).pressSequentially(words);
  await page.getByRole('option', { name }).first().click();
}

test('a map is drawn on the page of a record, walked by keys and opened from there', async ({ page, as }) => {
  await as('paul');
  const silent = expectNoComplaints(page);
  await page.goto('/clients/1');
  const scripts = () => page.evaluate(() => [...document.scripts].filter((script) => script.src.includes('graph')).length);
  expect(await scripts(), 'the drawing is not loaded before it is opened').toBe(0);
  await page.getByRole('heading', { name: 'Map of relationships' }).click();
  const first = await told(page);
  expect(first.records).toBeGreaterThan(3);

  const map = page.getByRole('application', { name: /^Map of relationships/ });
  await map.focus();
  const live = page.locator('#live');
  await expect(live).toHaveText(/^Tidewater Public Power, client, \d+ connections shown\.$/);
  // Not everyone beside the client has more beside them; somebody has.
  const grown = async () => (await told(page)).connections > first.connections;
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowLeft', 'ArrowUp', 'ArrowUp', 'ArrowRight', 'ArrowRight']) {
    await page.keyboard.press(key);
    await page.keyboard.press('Space');
    await expect(page.locator('[data-graph]'), 'what is beside the record has come').not.toHaveAttribute('aria-busy');
    if (await grown()) break;
  }
  expect(await grown(), 'the map grows').toBe(true);
  // The region is empty for a moment before it says anything.
  await expect(live).toHaveText(/^(?!Tidewater Public Power, client)[^,]+, .+ connections shown\.$/);
  const name = /^([^,]+),/.exec((await live.textContent()) ?? '')?.[1] ?? '';
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  silent();
});

test('the map finds, widens, narrows, and says the same in its table and as a file', async ({ page, as }) => {
  await as('paul');
  const silent = expectNoComplaints(page);
  await page.goto('/graph?of=clients/1');
  const before = await told(page);
  const table = page.getByRole('region', { name: 'Connections' });
  await expect(table.getByRole('row')).toHaveCount(before.connections + 1);

  await choose(page, 'Find on the map', 'nuscale', 'NuScale Power');
  await expect(page).toHaveURL(/of=clients%2F1%2Cvendors%2F\d+/);
  // The address changes first; what is drawn comes with an answer of its own.
  await expect.poll(async () => (await told(page)).records).toBeGreaterThan(before.records);
  const wider = await told(page);
  await expect(page.locator('#live')).toHaveText(/^NuScale Power, vendor/);
  await expect(table).toContainText('is designed by');

  const [drawing] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'SVG' }).click()]);
  const svg = await readFile(await drawing.path(), 'utf8');
  expect(svg).toContain('NuScale Power');
  expect(svg.match(/<line /g)).toHaveLength(wider.connections);
  const [picture] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PNG' }).click()]);
  expect((await readFile(await picture.path())).subarray(1, 4).toString()).toBe('PNG');

  await page.getByRole('checkbox', { name: 'Technologies' }).check();
  await expect(page).toHaveURL(/kind=technologies/);
  await expect.poll(async () => (await told(page)).records).toBeLessThan(wider.records);
  await page.goBack();
  silent();
});

test('a record of the map is dragged, chosen by a click and opened by two', async ({ page, as }) => {
  await as('paul');
  const silent = expectNoComplaints(page);
  await page.goto('/graph?of=clients/1');
  await told(page);
  await expect(page.locator('[data-graph]')).not.toHaveAttribute('aria-busy');
  // What is found stands in the middle.
  await choose(page, 'Find on the map', 'tidewater public', 'Tidewater Public Power');
  const live = page.locator('#live');
  await expect(live).toHaveText(/^Tidewater Public Power, client, \d+ connections shown\.$/);
  const map = page.getByRole('application', { name: /^Map of relationships/ });
  const box = (await map.boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await map.press('Escape');
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  await page.mouse.move(middle.x + 60, middle.y + 30, { steps: 4 });
  await page.mouse.up();
  await map.click({ position: { x: box.width / 2 + 60, y: box.height / 2 + 30 } });
  await expect(live).toHaveText(/^Tidewater Public Power/);
  await map.dblclick({ position: { x: box.width / 2 + 60, y: box.height / 2 + 30 } });
  await expectPage(page, 'Tidewater Public Power');
  silent();
});

// How long its frames are, `make lighthouse` measures.
test('two thousand records are drawn, and moved by wheel and hand', async ({ page, as }) => {
  await as('paul');
  const silent = expectNoComplaints(page);
  const kinds = ['client', 'owner', 'vendor', 'technology', 'project', 'operator', 'constructor', 'offtaker', 'person'];
  const nodes = Array.from({ length: 2000 }, (_, place) => ({ id: `clients/${place + 1}`, kind: kinds[place % 9], name: `Record ${place} Power` }));
  const edges = Array.from({ length: 3700 }, (_, place) => ({
    from: `clients/${1 + ((place * place) % 97 === 0 ? place % 40 : (place * 7919) % 2000)}`,
    to: `clients/${1 + ((place * 104_729) % 2000)}`,
    words: 'knows',
    is_confidential: place % 20 === 0,
  }));
  await page.route('**/graph/api*', (route) => route.fulfill({ json: { nodes, edges } }));
  await page.goto('/graph?all=on');
  await expect(page.getByText(/^2,000 records, 3,700 connections/)).toBeVisible({ timeout: 20_000 });
  const box = (await page.getByRole('application', { name: /^Map of relationships/ }).boundingBox())!;
  const drawn = () => page.locator('[data-graph-canvas] canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const before = await drawn();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, -300);
  await expect.poll(drawn).not.toBe(before);
  const nearer = await drawn();
  await page.mouse.down();
  await page.mouse.move(box.x + 100, box.y + 100, { steps: 10 });
  await page.mouse.up();
  await expect.poll(drawn).not.toBe(nearer);
  silent();
});

test('of many records the best connected are named from afar, the others from near', async ({ page, as }) => {
  await as('paul');
  await page.addInitScript(() => {
    window.written = new Set();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (words, ...place) {
      window.written.add(words);
      fillText.call(this, words, ...place);
    };
  });
  /** The names on the map once a turn of the wheel has it painted anew. */
  const written = async (turn: number) => {
    await page.evaluate(() => window.written.clear());
    await page.mouse.wheel(0, turn);
    const names = () => page.evaluate(() => [...window.written]);
    await expect.poll(names).not.toEqual([]);
    return names();
  };
  const hubs = 20;
  const name = (place: number) => `${place < hubs ? 'Hub' : 'Leaf'} ${place}`;
  const all = Array.from({ length: 600 }, (_, place) => place);
  const nodes = all.map((place) => ({ id: `clients/${place + 1}`, kind: 'client', name: name(place) }));
  const edges = nodes.slice(hubs).map(({ id }, place) => ({
    from: id, to: nodes[place % hubs]!.id, words: 'knows', is_confidential: false,
  }));
  await page.route('**/graph/api*', (route) => route.fulfill({ json: { nodes, edges } }));
  await page.goto('/graph?all=on');
  await told(page);
  await expect(page.locator('[data-graph]')).not.toHaveAttribute('aria-busy');
  await page.getByRole('application', { name: /^Map of relationships/ }).hover();
  const afar = await written(100);
  expect(afar.length).toBeLessThanOrEqual(hubs);
  expect(afar.filter((words) => !words.startsWith('Hub'))).toEqual([]);
  await expect.poll(async () => (await written(-400)).some((words) => words.startsWith('Leaf'))).toBe(true);
});

test('the way to somebody is shown step by step', async ({ page, as }) => {
  await as('paul');
  await page.goto('/clients/1');
  await page.getByRole('heading', { name: 'Map of relationships' }).click();
  await page.getByRole('link', { name: 'How do we reach them?' }).click();
  await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue('Paul Ferris');
  await expect(page.getByRole('combobox', { name: 'To' })).toHaveValue('Tidewater Public Power');
  await expect(page.getByRole('main')).toContainText('No way of up to six steps leads from Paul Ferris');
  await page.getByRole('combobox', { name: 'From' }).fill('');
  await choose(page, 'From', 'voygr', 'VOYGR-6');
  await page.getByRole('button', { name: 'Find ways' }).click();
  const first = page.locator('.rt-way').first();
  await expect(first).toContainText(/VOYGR-6.*is chosen for.*Tidewater Station SMR Deployment.*involves client \(Lead\).*Tidewater Public Power/s);
});

test('projects stand on a map, lead to their pages, and are placed by a click', async ({ page, as }) => {
  await as('paul');
  const silent = expectNoComplaints(page);
  await page.goto('/projects');
  await page.getByRole('link', { name: 'Map', exact: true }).click();
  await page.waitForURL(/\/projects\/map$/);
  const sites = page.locator('[data-site]');
  const count = await sites.count();
  expect(count).toBeGreaterThan(10);
  await page.locator('main summary', { hasText: 'Filter' }).click();
  await page.getByLabel('Project status').selectOption('Operating');
  await expect(sites).not.toHaveCount(count);
  await sites.first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/Units/);

  await page.goto('/projects/new');
  await page.getByLabel('Project name').fill('Placed by hand');
  await page.locator('svg[data-map]').click({ position: { x: 60, y: 40 } });
  await expect(page.getByLabel('Latitude (degrees)')).toHaveValue(/^-?\d+\.\d{3}$/);
  const longitude = Number(await page.getByLabel('Longitude (degrees)').inputValue());
  await page.getByRole('button', { name: 'Save project' }).click();
  await expectPage(page, 'Placed by hand');
  await page.goto('/projects/map?search=Placed');
  await expect(sites).toHaveAttribute('data-site', new RegExp(`^${longitude.toFixed(3)} `));
  silent();
});

test('a name that is there already is pointed out; two that are one are merged and parted', async ({ page, as }) => {
  await as('ada');
  await page.goto('/owners/new');
  await page.getByLabel('Company name').fill('TVA');
  await page.getByRole('button', { name: 'Save owner' }).click();
  await expect(page.getByRole('link', { name: 'Tennessee Valley Authority' })).toBeVisible();
  await page.getByLabel('This is another one: save it all the same').check();
  await page.getByRole('button', { name: 'Save owner' }).click();
  await page.locator('summary', { hasText: 'Add vendor' }).click();
  const vendor = page.getByRole('combobox', { name: /^Vendor/ });
  await vendor.pressSequentially('GE Vernova');
  await page.getByRole('option', { name: 'GE Vernova Hitachi' }).first().click();
  await page.getByLabel('Agreement').selectOption('MOU');
  await page.getByRole('button', { name: 'Add vendor' }).click();
  // Not the words “MOU” alone: the form that is being sent has them too.
  await expect(page.getByRole('button', { name: 'Remove the link to GE Vernova Hitachi' })).toBeVisible();

  await page.goto('/owners?search=tennessee');
  await page.getByRole('link', { name: 'Tennessee Valley Authority' }).click();
  await page.getByRole('main').locator('summary', { hasText: 'More actions' }).click();
  await page.getByRole('link', { name: 'Merge another into this' }).click();
  await page.getByRole('link', { name: 'TVA', exact: true }).click();
  await page.getByRole('radio', { name: /^TVA: MOU/ }).check();
  await page.getByRole('button', { name: 'Merge the two' }).click();
  await expect(page.locator('#flash')).toContainText('TVA merged into Tennessee Valley Authority');
  await expect(page.locator('#flash').getByRole('button', { name: 'Undo' })).toBeVisible();
  const linked = page.locator('#links').getByRole('listitem').filter({ hasText: 'GE Vernova Hitachi' });
  await expect(linked.filter({ hasText: 'MOU' })).toBeVisible();

  await page.getByRole('link', { name: 'Merges' }).click();
  await page.getByRole('link', { name: 'TVA', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Merged into Tennessee Valley Authority');
  await page.getByRole('button', { name: 'Undo the merge' }).click();
  await expect(page.locator('#flash')).toContainText('TVA stands on its own again');
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the map is a table and the ways are found by names', async ({ page, as }) => {
    await as('paul');
    await page.goto('/');
    await page.getByRole('link', { name: 'Relationships' }).click();
    await page.getByRole('textbox', { name: 'Find on the map' }).fill('Tidewater Station SMR Deployment');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Around Tidewater Station SMR Deployment' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Connections' })).toContainText('has chosen');
    await page.getByRole('link', { name: 'How do we reach them?' }).click();
    await page.getByRole('textbox', { name: 'From' }).fill('voygr');
    await page.getByRole('button', { name: 'Find ways' }).click();
    await page.getByRole('link', { name: 'VOYGR-6' }).click();
    await expect(page.locator('.rt-way-best')).toContainText('is chosen for');
    await page.goto('/projects/map');
    await expect(page.locator('[data-site]').first()).toBeVisible();
  });
});
