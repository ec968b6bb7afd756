// The seed's typical workflow on an empty database: a plain user, a NED Team member and an administrator by turns.

import { randomBytes } from 'node:crypto';
import {
  dayFromToday, expect, expectPage, fullName, screenshot, sendSignIn, signIn, signOut, test,
} from './fixtures.ts';

// The only file on an empty database: it counts what is there.
test.use({ demo: false });

const client = 'Larchmont Power Cooperative';
const contact = 'Agreed on the scope of the siting study.';
const strategy = 'Candid words that stay in the team.';
const steps = 'Nadia sends the proposal.';
const corrected = 'Nadia sends the proposal and calls the board.';
const focus = 'Board vote in spring.';

test('from a new client to a recorded roundtable, and out of the lists', async ({ page }) => {
  test.setTimeout(90_000);
  const main = page.getByRole('main');
  const message = page.locator('#flash');
  const about = page.getByRole('complementary', { name: 'About the client' });
  const glance = page.getByRole('group', { name: 'At a glance' });
  let address = '';

  await test.step('Paul creates the client with two points of contact', async () => {
    await signIn(page, 'paul');
    await expect(page).toHaveURL(/\/clients$/);
    await expect(page.getByRole('link', { name: 'Dashboard' })).toHaveCount(0);
    await page.getByRole('link', { name: 'New client' }).click();
    await page.getByLabel('Client name').fill(client);
    await page.getByLabel('Type').selectOption('Utility');
    await page.getByLabel('Primary point of contact').selectOption({ label: fullName('nadia') });
    await page.getByLabel('Secondary point of contact').selectOption({ label: fullName('paul') });
    await screenshot(page, 'workflow-1-new-client');
    await page.getByRole('button', { name: 'Save client' }).click();
    await expect(page.getByRole('heading', { level: 1, name: client })).toBeVisible();
    await expect(message).toContainText(`${client} saved`);
    await expect(main.getByText('Never contacted; nothing planned', { exact: true })).toBeVisible();
    await expect(glance.getByRole('link', { name: `Page of ${fullName('nadia')}` })).toBeVisible();
    await expect(glance.getByRole('link', { name: `Page of ${fullName('paul')}` })).toBeVisible();
    address = new URL(page.url()).pathname;
  });

  await test.step('Paul logs a contact of long ago, with a follow-up and the next contact', async () => {
    await main.getByRole('link', { name: 'Log contact' }).click();
    const sheet = page.getByRole('dialog', { name: `Log contact with ${client}` });
    await sheet.getByLabel('Date', { exact: true }).fill(dayFromToday(-100));
    await sheet.getByRole('radio', { name: 'Phone' }).check();
    await sheet.getByText('More', { exact: true }).click();
    await expect(sheet.getByLabel('Made by', { exact: true }).locator('option:checked')).toHaveText(fullName('paul'));
    await sheet.getByLabel('Others met').fill('The general manager');
    await sheet.getByLabel('Summary').fill(contact);
    await sheet.getByLabel('Follow-up needed').check();
    await sheet.getByLabel('Follow up on').fill(dayFromToday(7));
    await sheet.getByLabel('Follow up: assigned to').selectOption({ label: fullName('paul') });
    await sheet.getByLabel('Next contact on').fill(dayFromToday(30));
    await sheet.getByLabel('Next contact: type').selectOption('Video');
    await sheet.getByLabel('Next contact: assigned to').selectOption({ label: fullName('nadia') });
    await screenshot(page, 'workflow-2-contact-form');
    await sheet.getByRole('button', { name: 'Log contact' }).click();

    await expect(page).toHaveURL(new RegExp(`${address}$`));
    await expect(message).toContainText(`Contact with ${client} logged`);
    await expect(main.getByText(contact)).toBeVisible();
    await expect(main.getByText('with The general manager')).toBeVisible();
    await expect(main.getByText(/^Urgent/).first()).toBeVisible();
    await expect(glance).toContainText(/Paul Ferris\s+100 days ago\s+Phone/);
    await expect(glance).toContainText(/Nadia Brandt\s+in 30 days[^]*Video/);
    await expect(main.getByText('by Paul Ferris')).toBeVisible();
    await expect(main.getByRole('button', { name: /^Done\s?: follow-up/ })).toBeVisible();
  });

  await test.step('Paul finds the follow-up in his work, and the client marked in the list', async () => {
    await page.getByRole('link', { name: 'My work' }).first().click();
    await expect(page.getByRole('region', { name: 'Open follow-ups' }).getByRole('link', { name: client })).toBeVisible();
    await expect(page.getByRole('row', { name: new RegExp(`${client}.*Urgent.*Secondary`) })).toBeVisible();
    await page.getByRole('link', { name: 'Clients', exact: true }).click();
    await expect(page.getByRole('row', { name: new RegExp(`${client}.*Urgent`) })).toBeVisible();
    await signOut(page);
  });

  await test.step('Nadia sets priority and status', async () => {
    await signIn(page, 'nadia');
    await page.goto(address);
    await page.getByRole('link', { name: 'Add assessment' }).click();
    await page.getByLabel('Relationship strength').selectOption('Needs Attention');
    await page.getByLabel('Priority').selectOption('Strategic');
    await page.getByLabel('Status').selectOption('Active');
    await page.getByLabel('Strategy notes').fill(strategy);
    await page.getByRole('button', { name: 'Save assessment' }).click();
    await expect(message).toContainText(`Assessment of ${client} saved`);
    await expect(glance.getByText('Strategic', { exact: true })).toBeVisible();
    await expect(about.getByText(strategy)).toBeVisible();
    await screenshot(page, 'workflow-3-client-for-the-team');
    await signOut(page);
  });

  await test.step('Nadia signs in to the dashboard and reviews what needs attention', async () => {
    await signIn(page, 'nadia');
    await expect(page).toHaveURL(/\/crm\/dashboard$/);
    for (const figure of ['1 Clients', '1 Urgent', '0 Warning', '1 High priority']) {
      await expect(main.getByRole('link', { name: figure })).toBeVisible();
    }
    const group = (name: string) => page.getByRole('region', { name });
    const needs = group('Needs attention');
    await expect(needs.getByRole('link', { name: client, exact: true })).toBeVisible();
    for (const none of [/^Warning\s+0$/, /^Never contacted\s+0$/]) {
      await expect(needs.getByRole('link', { name: none })).toBeVisible();
    }
    await expect(group('Planned contacts').getByRole('link', { name: client })).toBeVisible();
    await expect(group('Open follow-ups').getByRole('link', { name: client })).toBeVisible();
    await expect(group('Latest roundtable entries')).toContainText('No entry yet.');
    await expect(page.getByRole('row', { name: new RegExp(`${client}.*Strategic.*Active`) })).toBeVisible();
    await screenshot(page, 'workflow-4-dashboard');
  });

  await test.step('Nadia filters the dashboard by priority, status, point of contact and attention', async () => {
    await page.locator('summary', { hasText: 'Filter' }).click();
    await page.getByLabel('Priority').selectOption('Low');
    await expect(page.getByText('No client fits these filters.')).toBeVisible();
    await page.getByLabel('Priority').selectOption('Strategic');
    await page.getByLabel('Status').selectOption('Active');
    await page.getByLabel('Point of contact').selectOption({ label: fullName('nadia') });
    await page.getByLabel('Attention', { exact: true }).selectOption({ label: 'Urgent' });
    await expect(page.getByRole('row', { name: new RegExp(client) })).toBeVisible();
    await expect(page).toHaveURL(/attention=urgent/);
  });

  await test.step('Nadia records an entry and stays in the meeting', async () => {
    await page.getByRole('link', { name: 'Roundtable meeting' }).click();
    await expectPage(page, 'Roundtable');
    await expect(page.getByRole('navigation', { name: 'Agenda' }).getByRole('link', { name: client })).toBeVisible();
    await expect(main.getByText(strategy, { exact: true })).toBeVisible();
    await expect(page.getByText('0 of 1 done')).toBeVisible();
    await page.getByLabel('Next steps').fill(steps);
    await page.getByLabel("Client's near-term focus").fill(focus);
    await page.getByLabel('Work targets').fill('Owner’s engineer for the first unit.');
    await screenshot(page, 'workflow-5-meeting');
    await page.getByRole('button', { name: 'Save entry' }).click();

    await expect(page.getByRole('heading', { level: 1, name: 'Roundtable' })).toBeVisible();
    await expect(message).toContainText(`Entry for ${client} saved.`);
    await expect(page.getByText('1 of 1 done')).toBeVisible();
    const previous = page.getByRole('complementary', { name: 'Previous entries' });
    await expect(previous.getByText(steps)).toBeVisible();
    await expect(previous.getByText(focus)).toBeVisible();
    await expect(page.getByLabel('Next steps')).toHaveValue('');
    await screenshot(page, 'workflow-6-meeting-with-entry');
  });

  await test.step('Nadia corrects the entry, and both versions can be read', async () => {
    await page.getByRole('link', { name: /^Correct the entry/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: `Correct entry: ${client}` })).toBeVisible();
    await expect(page.getByLabel('Next steps')).toHaveValue(steps);
    await page.getByLabel('Next steps').fill(corrected);
    await page.getByRole('button', { name: 'Save correction' }).click();
    const previous = page.getByRole('complementary', { name: 'Previous entries' });
    await expect(previous.getByText(corrected), 'the meeting goes on where it was').toBeVisible();
    await page.getByRole('link', { name: 'All entries' }).click();
    await expect(page.getByRole('heading', { level: 1, name: `Roundtable history of ${client}` })).toBeVisible();
    const versions = page.getByRole('article');
    await expect(versions).toHaveCount(2);
    await expect(versions.filter({ hasText: corrected })).not.toContainText('Earlier version');
    await expect(versions.filter({ hasText: 'Earlier version' })).toContainText(steps);
    await screenshot(page, 'workflow-7-history');

    await page.goto(address);
    const entries = page.getByRole('region', { name: 'Timeline' });
    await expect(entries.getByRole('article')).toHaveCount(1);
    await expect(entries.getByText(corrected)).toBeVisible();
  });

  await test.step('Nadia sees her clients on the page of a point of contact', async () => {
    const person = (await glance.getByRole('link', { name: `Page of ${fullName('nadia')}` }).first().getAttribute('href'))?.split('/').pop();
    await page.goto(`/crm/poc/${person}`);
    await expect(page.getByRole('heading', { level: 1, name: `Clients of ${fullName('nadia')}` })).toBeVisible();
    await expect(page.getByRole('row', { name: new RegExp(`${client}.*Urgent.*Primary`) })).toBeVisible();
    await signOut(page);
  });

  await test.step('Paul sees neither assessment nor entry, on no page', async () => {
    await signIn(page, 'paul');
    await page.goto(address);
    await expect(page.getByText('Internal assessment: NED Team only', { exact: true })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Internal assessment' })).toHaveCount(0);
    await expect(main.getByRole('link', { name: 'Entries' })).toHaveCount(0);
    await screenshot(page, 'workflow-8-client-for-the-others');
    for (const open of [address, '/clients', '/contacts', '/my-work', '/search?q=Larchmont', '/clients?sort=priority']) {
      await page.goto(open);
      const words = await page.content();
      for (const hidden of [strategy, 'Strategic', 'Needs Attention', steps, corrected, focus]) {
        expect(words.includes(hidden), `“${hidden}” at ${open}`).toBe(false);
      }
    }
    for (const closed of ['/crm/dashboard', '/crm/roundtable', `${address}/assessment`, `${address}/delete`]) {
      const answer = await page.goto(closed);
      expect(answer?.status(), closed).toBe(403);
      await expect(page.getByRole('heading', { level: 1, name: 'Not allowed' })).toBeVisible();
    }
    await page.goto('/clients');
    await signOut(page);
  });

  await test.step('Ada cannot delete the client while something depends on it, and archives it', async () => {
    await signIn(page, 'ada');
    await page.goto(address);
    await page.locator('summary', { hasText: 'More actions' }).click();
    await page.getByRole('link', { name: 'Delete' }).click();
    await expect(page.getByRole('heading', { level: 1, name: `Delete ${client}` })).toBeVisible();
    await expect(main.getByText('cannot be deleted while anything depends on it')).toBeVisible();
    await expect(main.getByRole('button', { name: 'Delete client' })).toHaveCount(0);
    await expect(main.getByRole('term')).toHaveText(
      ['Owners', 'Projects', 'Vendors', 'Operators', 'People', 'Contacts', 'Roundtable entries'],
    );
    // An entry and its correction are one entry in two versions.
    await expect(main.getByRole('definition').locator('strong')).toHaveText(['0', '0', '0', '0', '0', '1', '1']);
    await screenshot(page, 'workflow-9-delete-refused');
    await main.getByRole('button', { name: `Archive ${client}` }).click();
    await expect(message).toContainText(`${client} archived`);
    await expect(main.getByText('Archived', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Clients', exact: true }).click();
    await expectPage(page, 'Clients');
    await expect(main.getByRole('link', { name: client })).toHaveCount(0);
    await main.getByRole('link', { name: 'Archived' }).click();
    await expect(main.getByRole('link', { name: client })).toBeVisible();
  });
});

test('an administrator adds a person and takes the way in away again', async ({ page }) => {
  const password = randomBytes(12).toString('hex');
  await signIn(page, 'ada');
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('link', { name: 'New user' }).click();
  await page.getByLabel('User name').fill('quentin');
  await page.getByLabel('Full name').fill('Quentin Vale');
  await page.getByLabel('Email').fill('quentin@mpr.example');
  await page.getByLabel('Password').fill(password);
  await expect(page.getByLabel('Active')).toBeChecked();
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.locator('#flash')).toContainText('Quentin Vale can sign in now.');
  await expect(page.getByRole('row', { name: /Quentin Vale quentin .*everyone's rights/ })).toBeVisible();
  await signOut(page);

  await sendSignIn(page, 'quentin', password);
  await expect(page).toHaveURL(/\/clients$/);
  await signOut(page);

  await signIn(page, 'ada');
  await page.goto('/admin/users');
  await page.getByRole('link', { name: 'Quentin Vale' }).click();
  await page.getByLabel('Active').uncheck();
  await page.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByRole('row', { name: /Quentin Vale.*inactive/ })).toBeVisible();
  await screenshot(page, 'workflow-users');
  await signOut(page);

  await sendSignIn(page, 'quentin', password);
  await expect(page.getByText('User name or password is wrong.')).toBeVisible();
});

test('a record is chosen by typing, and a filter applies at once', async ({ page }) => {
  await signIn(page, 'paul');
  await page.goto('/owners/new');
  await page.getByLabel('Company name').fill('Harbor Holding');
  await page.getByRole('button', { name: 'Save owner' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Harbor Holding' })).toBeVisible();
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Harbor Light');
  await page.getByRole('button', { name: 'Save client' }).click();
  await page.locator('summary', { hasText: 'Add owner' }).click();
  await page.getByRole('combobox', { name: 'Owner' }).pressSequentially('harb');
  await page.getByRole('option', { name: /Harbor Holding/ }).click();
  await page.getByRole('button', { name: 'Add owner' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'Harbor Holding' }).first()).toBeVisible();

  await page.goto('/clients');
  await page.getByLabel('Filter clients').fill('no such client');
  await expect(page.getByText('No client fits these filters.')).toBeVisible();
  await expect(page).toHaveURL(/search=no/);
});

test('a record that is missing is made without leaving the page', async ({ page }) => {
  await signIn(page, 'paul');
  await page.goto('/clients/new');
  await page.getByLabel('Client name').fill('Cedar Point Utilities');
  await page.getByRole('button', { name: 'Save client' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Cedar Point Utilities' })).toBeVisible();
  const client = page.url();
  await page.locator('summary', { hasText: 'Add owner' }).click();
  await page.getByRole('combobox', { name: 'Owner' }).pressSequentially('Cedar Point Holding');
  await page.getByRole('option', { name: /Create/ }).click();
  const dialog = page.getByRole('dialog', { name: 'New owner' });
  await expect(dialog.getByLabel('Company name')).toHaveValue('Cedar Point Holding');
  await screenshot(page, 'create-in-place');
  await dialog.getByLabel('Company name').fill('');
  await dialog.getByRole('button', { name: 'Save owner' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Company name');
  await dialog.getByLabel('Company name').fill('Cedar Point Holding');
  await dialog.getByRole('button', { name: 'Save owner' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('combobox', { name: 'Owner' })).toHaveValue('Cedar Point Holding');
  await page.getByRole('button', { name: 'Add owner' }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'Cedar Point Holding' }).first()).toBeVisible();
  expect(page.url()).toBe(client);
});
