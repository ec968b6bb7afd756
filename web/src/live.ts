/** Words for people who do not see what changed on the page. */

/** Has a screen reader say `words`. */
export function announce(words: string): void {
  const live = document.getElementById("live");
  if (!live) return;
  // The same words twice are said twice only if the region was empty in between.
  live.textContent = "";
  setTimeout(() => (live.textContent = words), 50);
}

/** The page that an answer holds, if it holds one of ours. */
export async function readPage(answer: Response): Promise<Document> {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Whether a page is what was asked for: inside the shell, and no error. */
export function isWork(page: Document): boolean {
  return page.getElementById("live") !== null && page.querySelector("[data-problem]") === null;
}

/** Tells the modules that elements were put into the page. */
export function tellOfChange(element: Element): void {
  element.dispatchEvent(new CustomEvent("roundtable:changed", { bubbles: true }));
}

/** Runs `start` on the page now and on every part of it that is replaced later. */
export function onEveryPart(start: (part: ParentNode) => void): void {
  start(document);
  document.addEventListener("roundtable:changed", ({ target }) => start(target as Element));
}
