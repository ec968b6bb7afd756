/**
 * What this browser remembers; a browser that refuses to remember is no error. Settings stay; where someone was is kept
 * with the tab alone, and gone with it. What is typed is never kept here: it may be restricted (drafts.ts).
 */

const isOfTab = (key: string) => key.startsWith("tab.");
const storeOf = (key: string) => (isOfTab(key) ? sessionStorage : localStorage);

/** A key of what is kept with the tab for whoever is signed in; where another person was is not theirs to see. */
export const tabKey = (name: string) => `tab.${document.body.dataset.user ?? ""}.${name}`;

/** The text kept under `key`, or nothing. */
export function recall(key: string): string | null {
  try {
    return storeOf(key).getItem(`roundtable.${key}`);
  } catch {
    return null;
  }
}

/** Does `work` when another tab remembers something under `key`. */
export function onRemembered(key: string, work: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === `roundtable.${key}` && event.newValue !== null) work();
  });
}

/** Forgets all that is kept with the tab, but what begins with `except`. */
export function forgetTab(except?: string): void {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith("roundtable.tab."));
    for (const key of keys) if (!except || !key.startsWith(`roundtable.${except}`)) sessionStorage.removeItem(key);
  } catch {
    // Where nothing can be remembered there is nothing to forget.
  }
}

/** Keeps `text` under `key`; nothing forgets it. */
export function remember(key: string, text: string | null): void {
  try {
    if (text === null) storeOf(key).removeItem(`roundtable.${key}`);
    else storeOf(key).setItem(`roundtable.${key}`, text);
  } catch {
    // A browser that refuses to remember is no error.
  }
}
