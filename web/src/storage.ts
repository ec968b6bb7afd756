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

/** Forgets everything whose key begins with `start`, but what begins with `except`. */
export function forget(start: string, except?: string): void {
  try {
    const store = storeOf(start);
    const keys = Object.keys(store).filter((key) => key.startsWith(`roundtable.${start}`));
    for (const key of keys) if (!except || !key.startsWith(`roundtable.${except}`)) store.removeItem(key);
  } catch {
    // Where nothing can be remembered there is nothing to forget.
  }
}

/** Keeps `text` under `key`; nothing forgets it. Tells whether that worked. */
export function remember(key: string, text: string | null): boolean {
  try {
    if (text === null) storeOf(key).removeItem(`roundtable.${key}`);
    else storeOf(key).setItem(`roundtable.${key}`, text);
    return true;
  } catch {
    return false;
  }
}
