// What Roundtable tells others and is told: which mail one gets, a webhook with its test, a mailbox that becomes contacts.

import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, expectPage, test } from './fixtures.ts';

const toast = '#flash .rt-toast';
const mailbox = path.resolve(import.meta.dirname, '../../target/browser-mailbox');

test.use({ flags: ['--webhooks-to-private-hosts', '--mailbox', mailbox] });

test('one chooses which mail comes, and finds it chosen', async ({ page, as }) => {
  await as('paul');
  await page.goto('/profile/mail');
  await expectPage(page, 'Mail');
  await expect(page.getByText('This Roundtable sends no mail yet.')).toBeVisible();
  await expect(page.getByLabel('On Mondays')).toBeChecked();
  await expectAccessible(page);
  await page.getByLabel('On each working day').check();
  await page.getByLabel('Invitations').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#flash')).toContainText('Saved.');
  await expect(page.getByLabel('On each working day')).toBeChecked();
  await expect(page.getByLabel('Work that becomes yours, and texts that name you')).toBeChecked();
  await expect(page.getByLabel('Invitations')).not.toBeChecked();
});

/** Another program that is told, and what it was told. */
async function listener(): Promise<{ server: Server; address: string; told: string[] }> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      told.push(body);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, told };
}

test('a webhook is added, tried by its button, and tells what came of that', async ({ page, as }) => {
  const { server, address, told } = await listener();
  await as('ada');
  await page.goto('/admin/webhooks');
  await page.getByRole('link', { name: 'New webhook' }).click();
  await expectPage(page, 'New webhook');
  await page.getByLabel('What it is for').fill('Warehouse');
  await page.getByLabel('Address').fill(address);
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'It is shown now and never again' })).toBeVisible();
  await expect(page.locator('#secret')).toHaveText(/^whsec_/);
  await page.getByRole('link', { name: 'To the webhook' }).click();
  await expectPage(page, 'Warehouse');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.locator('#flash')).toContainText('A test is on its way');
  await expect.poll(() => told.length).toBe(1);
  expect(JSON.parse(told[0])).toMatchObject({ type: 'test', data: { records: [] } });
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('row', { name: /test.*Sent.*204/ })).toBeVisible({ timeout: 100 });
  }).toPass();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.locator('#flash')).toContainText('Warehouse is removed.');
  server.close();
});

const message = `From: Rosa Lind <rosa@granite.example>
To: Paul Ferris <paul@mpr.example>
Subject: The second offer
Date: Tue, 10 Nov 2020 12:30:00 +0000
Message-ID: <one@granite.example>

Words that nobody reads.
`;

test('a mailbox is looked at, taken in, and taken back', async ({ page, as }) => {
  mkdirSync(path.join(mailbox, 'cur'), { recursive: true });
  writeFileSync(path.join(mailbox, 'cur', '1'), message.replaceAll('\n', '\r\n'));
  await as('ada');
  await page.goto('/clients?search=Northwind+Power');
  const client = await page.getByRole('link', { name: 'Northwind Power', exact: true }).first().getAttribute('href');
  const save = async (address: string, form: Record<string, string>) => {
    const answer = await page.request.post(address, { form, headers: { origin: new URL(page.url()).origin } });
    expect(answer.ok()).toBe(true);
    return answer.url();
  };
  const rosa = { full_name: 'Rosa Lind', personnel_type: 'External', email: 'rosa@granite.example', is_active: 'on' };
  const person = (await save('/people/new', rosa)).split('/').pop()!;
  await save(`${client}/links/personnel`, { personnel_id: person });
  await page.goto('/admin/messages');
  await page.getByRole('link', { name: 'Mailbox' }).click();
  await expectPage(page, 'Mailbox');
  await expect(page.getByRole('listitem').filter({ hasText: 'The second offer' })).toContainText('Northwind Power');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Take in 1' }).click();
  await expect(page.locator(toast)).toContainText('1 message became a contact');
  await expect(page.getByText('There is nothing new.')).toBeVisible();
  await page.locator(toast).getByRole('button', { name: 'Undo' }).click();
  await page.goto('/admin/mailbox');
  await expect(page.getByRole('button', { name: 'Take in 1' })).toBeVisible();
  rmSync(mailbox, { recursive: true, force: true });
});
