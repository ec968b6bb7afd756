/** What this browser remembers; a browser that refuses to remember is no error. */

/** The text kept under `key`, or nothing. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`roundtable.${key}`);
  } catch {
    return null;
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
