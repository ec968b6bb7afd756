/** What this browser remembers; a browser that refuses to remember is no error. */

/** The text kept under `key`, or nothing. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`roundtable.${key}`);
  } catch {
    return null;
  }
}

/** Forgets everything whose key begins with `start`, but what begins with `except`. */
export function forget(start: string, except?: string): void {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(`roundtable.${start}`));
    for (const key of keys) if (!except || !key.startsWith(`roundtable.${except}`)) localStorage.removeItem(key);
  } catch {
    // Where nothing can be remembered there is nothing to forget.
  }
}

/** Keeps `text` under `key`; nothing forgets it. Tells whether that worked. */
export function remember(key: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(`roundtable.${key}`);
    else localStorage.setItem(`roundtable.${key}`, text);
    return true;
  } catch {
    return false;
  }
}
