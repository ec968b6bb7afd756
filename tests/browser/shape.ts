// The shape of a page: what of it cannot be read where it stands.

import { type Page } from '@playwright/test';

/** The texts of the page that would need more width than they have; of what may take two lines and no more, none. */
export async function textsTooWide(page: Page): Promise<string[]> {
  return page.locator('main').evaluate((main) => {
    const isWord = ({ nodeType, textContent }: Node) => nodeType === Node.TEXT_NODE && textContent?.trim();
    const all = [...main.querySelectorAll<HTMLElement>('*')]
      .filter((element) => element.checkVisibility() && !element.closest('.rt-visually-hidden, .rt-two-lines, svg'));
    const cut = all.filter((element) => {
      const shows = [...element.childNodes].some(isWord) || getComputedStyle(element).overflowX !== 'visible';
      return shows && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
    });
    const words = (element: Element) => element.textContent?.trim().replace(/\s+/g, ' ').slice(0, 60);
    return cut.map((element) => `${element.className}: ${words(element)}`);
  });
}
