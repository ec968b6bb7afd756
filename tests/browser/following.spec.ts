// One browser in a meeting: the stream that its tabs share, a lost network, words under the hand of who follows.

import { type Locator, type Page } from '@playwright/test';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expect, fullName, test } from './fixtures.ts';
import { bar, begin, client, items, open, present } from './meeting.ts';
import type { Server } from './roundtable.ts';

/**
 * A door before a server that knows which streams were asked for: what a worker asks for, no page tells. None goes
 * through before `opens`.
 */
async function doorOf({ address }: Server, opens = Promise.resolve()) {
  const streams: string[] = [];
  const door = createServer(async (asked, answer) => {
    if (asked.url!.startsWith('/crm/events')) {
      streams.push(asked.url!);
      await opens;
    }
    const { method, headers } = asked;
    const passed = request(new URL(asked.url!, address), { method, headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  const shut = () => {
    door.close();
    door.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${(door.address() as AddressInfo).port}`, streams, shut };
}

let meeting = '';

// Other journeys on the same server begin where no meeting is on.
test.afterEach(async ({ context, as, baseURL }) => {
  await as('nadia');
  const ended = await context.request.post(`${meeting}/close`, { headers: { origin: baseURL! }, maxRedirects: 0 });
  expect(ended.status()).toBe(303);
});

test('two tabs of one browser share one stream, another browser has its own', async ({ browser, server, session }) => {
  const door = await doorOf(server);
  const [context, elsewhere] = [await browser.newContext(), await browser.newContext()];
  try {
    await context.addCookies(await session('nadia'));
    await elsewhere.addCookies(await session('ada'));
    meeting = await begin(context, door.address, 'Two tabs');
    const tabs = [await context.newPage(), await context.newPage()];
    for (const page of tabs) {
      await page.goto(door.address + meeting);
      await expect(present(page).getByText(fullName('nadia'))).toBeAttached();
    }
    // From one client to the next it goes on as well.
    for (const number of [1, 2]) {
      await open(tabs[1]!, number);
      await expect(present(tabs[1]!).getByText(fullName('nadia'))).toBeAttached();
    }
    expect(door.streams).toHaveLength(1);
    const other = await elsewhere.newPage();
    await other.goto(door.address + meeting);
    for (const page of [...tabs, other]) await expect(present(page).getByText(fullName('ada'))).toBeAttached();
    expect(door.streams).toHaveLength(2);
  } finally {
    for (const one of [context, elsewhere]) await one.close();
    door.shut();
  }
});

test('what is typed without a network is kept once it is back', async ({ page, context, as, baseURL }) => {
  await as('nadia');
  meeting = await begin(context, baseURL!, 'A lost network');
  await page.goto(meeting);
  await open(page, 18);
  const steps = page.getByLabel('Next steps');
  await steps.pressSequentially('Typed with a network');
  await expect(page.getByText(/Draft saved \d\d:\d\d/)).toBeVisible();
  await context.setOffline(true);
  await steps.pressSequentially(', typed without one');
  await expect(page.getByText('Draft not saved: the server cannot be reached')).toBeVisible();
  await steps.pressSequentially(', and typed on.');
  await context.setOffline(false);
  await expect(page.getByText(/Draft saved \d\d:\d\d/)).toBeVisible();
  const words = 'Typed with a network, typed without one, and typed on.';
  await expect(steps).toHaveValue(words);
  const at = page.url();
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto(at);
  await expect(again.getByLabel('Next steps')).toHaveValue(words);
  await expect(again.getByText(/Draft of \d\d:\d\d restored/)).toBeVisible();
  await again.getByRole('button', { name: 'Save entry' }).click();
  await expect(again.locator('.rt-previous')).toContainText(words);
});

/** Has Ada present the client that is shown, and go on once `before` is done; the client that she went on to. */
async function goOn(onlooker: Page, before: () => Promise<void>): Promise<string> {
  await onlooker.goto(meeting);
  await bar(onlooker).getByRole('button', { name: 'Start presenting' }).click();
  await expect(bar(onlooker).getByRole('button', { name: 'Stop presenting' })).toBeVisible();
  await before();
  return open(onlooker, 2);
}

test('who has only the cursor in the entry follows', async ({ page, onlooker, context, as, baseURL }) => {
  await as('nadia');
  meeting = await begin(context, baseURL!, 'A cursor in the entry');
  await page.goto(meeting);
  const next = await goOn(onlooker, () => page.getByLabel('Next steps').focus());
  await expect(client(page)).toHaveText(next);
});

test('an entry sent without a network stays on its page with its words', async ({ page, context, as, baseURL }) => {
  await as('nadia');
  meeting = await begin(context, baseURL!, 'Sent into nowhere');
  await page.goto(meeting);
  await open(page, 19);
  const at = page.url();
  const steps = page.getByLabel('Next steps');
  await context.setOffline(true);
  await steps.fill('Sent into nowhere.');
  await page.getByRole('button', { name: 'Save entry' }).click();
  await expect(page.getByRole('main')).toContainText(/the server (cannot|could not) be reached/);
  await expect(page).toHaveURL(at);
  await expect(steps).toHaveValue('Sent into nowhere.');
  await context.setOffline(false);
  await expect(page.getByText(/Draft saved \d\d:\d\d/)).toBeVisible();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Save entry' }).click();
  await expect(page.getByRole('main')).toContainText(/the server (cannot|could not) be reached/);
  await expect(steps, 'what is kept already stays as well').toHaveValue('Sent into nowhere.');
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Save entry' }).click();
  await expect(page.locator('.rt-previous')).toContainText('Sent into nowhere.');
});

test('what changes before the stream of a page is open is seen all the same', async ({ page, server, context, as }) => {
  await as('nadia');
  let letIn = () => {};
  const door = await doorOf(server, new Promise<void>((resolve) => (letIn = resolve)));
  try {
    meeting = await begin(context, server.address, 'A stream that comes late');
    await page.goto(door.address + meeting);
    await expect.poll(() => door.streams.length).toBe(1);
    const about = await client(page).getByRole('link').getAttribute('href');
    const form = { text: 'Ask before the stream is open' };
    await context.request.post(`${about}/action-items`, { form, headers: { origin: server.address } });
    letIn();
    await expect(present(page).getByText(fullName('nadia'))).toBeAttached();
    await expect(items(page).filter({ hasText: form.text })).toBeVisible();
  } finally {
    door.shut();
  }
});

/** Gives the client that is open an item, and opens what can be done with it. */
async function actsOn(page: Page, text: string): Promise<Locator> {
  const { origin } = new URL(page.url());
  const about = await client(page).getByRole('link').getAttribute('href');
  await page.request.post(`${about}/action-items`, { form: { text }, headers: { origin } });
  const item = items(page).filter({ hasText: text });
  await item.locator('summary').click();
  return item;
}

/** What can be written beside the entry of a client: where, and the words. */
const writing: Record<string, (page: Page) => Promise<[Locator, string]>> = {
  'the reason to skip a client': async (page) => {
    await page.keyboard.press('o');
    return [page.getByLabel('Skipped, because'), 'They asked for more time'];
  },
  'a value that is picked': async (page) => {
    await page.keyboard.press('p');
    return [page.getByRole('combobox', { name: 'Change Priority' }), 'med'];
  },
  'the reason to drop an item': async (page) => {
    const item = await actsOn(page, 'Look at the roof');
    return [item.getByLabel('Drop, because'), 'The roof is new'];
  },
  'the day an item is moved to': async (page) => {
    const item = await actsOn(page, 'Look at the fence');
    return [item.getByLabel('Move to'), 'in 2 weeks'];
  },
  'the name an item is handed on to': async (page) => {
    const item = await actsOn(page, 'Look at the gate');
    return [item.getByLabel('Hand on to'), 'Paul'];
  },
  'a new item': async (page) => {
    await page.locator('#action-items summary', { hasText: 'Add action item' }).click();
    return [page.getByLabel('What is to be done'), 'Ask for the drawings'];
  },
  'a contact': async (page) => {
    await page.keyboard.press('l');
    return [page.getByRole('dialog').getByLabel('Summary'), 'They called about the roof'];
  },
};

for (const [what, begun] of Object.entries(writing)) {
  test(`${what} is not lost when the presenter goes on`, async ({ page, onlooker, context, as, baseURL }) => {
    await as('nadia');
    meeting = await begin(context, baseURL!, 'Words under the hand');
    await page.goto(meeting);
    // Once the stream is open: what others change before, the page does not hear of.
    await expect(present(page).getByText(fullName('nadia'))).toBeAttached();
    const shown = (await client(page).textContent())!;
    const [field, words] = await begun(page);
    const next = await goOn(onlooker, () => field.fill(words));
    await expect(bar(page).getByRole('link', { name: `${fullName('ada')} is at ${next}` })).toBeVisible();
    await expect(client(page)).toHaveText(shown);
    await expect(field).toHaveValue(words);
  });
}
