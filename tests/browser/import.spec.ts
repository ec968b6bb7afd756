// A table from Excel: brought, its columns looked over, rehearsed, imported and undone, by clicks alone.

import path from 'node:path';

import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';

// Semicolons, Windows-1252, dates day first.
const table = [
  'Projekt;Standort;Inbetriebnahme;Status',
  'Kraftwerk M\xfchlbach;K\xf6ln;31.12.2034;planning',
  'Kraftwerk S\xfcd;Passau;1.2.2035;somewhen',
].join('\r\n');

test('a table of Excel is looked over, rehearsed, imported and undone', async ({ page, as }) => {
  await as('paul');
  await page.goto('/projects');
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await expect(page.getByLabel('The rows are')).toHaveValue('projects');
  const file = { name: 'Projekte.csv', mimeType: 'text/csv', buffer: Buffer.from(table, 'latin1') };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Look at the file' }).click();
  await expect(page.getByRole('heading', { name: 'Projekte.csv' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Windows-1252, with semicolons');
  await expect(page.getByRole('main')).toContainText('day first');
  // Status is told by its name, the day by example; the others are chosen.
  await expect(page.getByLabel('Column D goes to')).toHaveValue('project_status');
  await page.getByLabel('Column A goes to').selectOption('Project name');
  await page.getByLabel('Column B goes to').selectOption('Location');
  await page.getByLabel('Column C goes to').selectOption('Target commercial operation');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await expect(page.getByRole('region', { name: 'Problems' })).toContainText('Write one of: Conceptual');
  await expect(page.getByRole('region', { name: 'First rows' })).toContainText('2034-12-31');
  await expectAccessible(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'The file with reasons' }).click();
  expect((await download).suggestedFilename()).toMatch(/^projekte-with-reasons-.*\.csv$/);
  await page.getByRole('button', { name: 'Import 1 row' }).click();
  await expect(page.getByRole('heading', { name: 'What came of it' })).toBeVisible();
  await page.getByRole('link', { name: 'To the list' }).click();
  await page.goto('/projects?search=M%C3%BChlbach');
  await expect(page.getByRole('link', { name: 'Kraftwerk Mühlbach' })).toBeVisible();
  await page.goto('/import');
  await page.getByRole('link', { name: 'Projekte.csv' }).first().click();
  await page.getByRole('button', { name: 'Undo the whole import' }).click();
  await expect(page.getByRole('main')).toContainText('This import is undone');
  await page.goto('/projects?search=M%C3%BChlbach');
  await expect(page.getByRole('link', { name: 'Kraftwerk Mühlbach' })).toHaveCount(0);
});

const workbook = path.resolve(import.meta.dirname, '../it/written/libreoffice.xlsx');

test('a workbook of LibreOffice comes in whole and goes again', async ({ page, as }) => {
  await as('paul');
  await page.goto('/import?kind=projects');
  await page.getByLabel('File', { exact: true }).setInputFiles(workbook);
  await page.getByRole('button', { name: 'Look at the file' }).click();
  await expect(page.getByRole('main')).toContainText('Excel workbook, sheet “t”');
  await expect(page.getByLabel('Column A goes to')).toHaveValue('project_name');
  await expect(page.getByLabel('Column C goes to')).toHaveValue('target_cod');
  await page.getByLabel('Column B goes to').selectOption('Location');
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await expect(page.getByRole('region', { name: 'First rows' })).toContainText('2034-12-31');
  await page.getByRole('button', { name: 'Import 3 rows' }).click();
  await expect(page.getByRole('heading', { name: 'What came of it' })).toBeVisible();
  await page.getByRole('button', { name: 'Undo the whole import' }).click();
  await expect(page.getByRole('main')).toContainText('This import is undone');
});
