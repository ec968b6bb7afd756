/** A contact is logged in a dialog over the page that is open, which stays where it is. */
import { formInDialog } from "./dialog";
import { hasChanges } from "./forms";
import { isWork, readPage, tellOfChange } from "./live";
import { showMessageOf } from "./toast";

/** Opens the links that log a contact over the page. */
export function startSheet(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLAnchorElement>("a[href]");
    if (!link || !(link.dataset.key === "l" || logsContact(link.getAttribute("href") ?? ""))) return;
    event.preventDefault();
    logOverPage(link.href);
  });
}

/** Whether an address is that of the form which logs a contact with a client. */
export const logsContact = (address: string) => /^\/clients\/\d+\/contact$/.test(address);

/** Opens the form that logs a contact over the page. */
export function logOverPage(address: string): void {
  void formInDialog(address, (_, page) => {
    void showSaved(page);
    return true;
  });
}

/** Brings the page up to date, unless that would lose words, and shows what was said of the save. */
async function showSaved(page: Document): Promise<void> {
  const fresh = hasChanges() ? null : await reread().catch(() => null);
  const [main, freshMain] = [document.querySelector("main"), fresh?.querySelector("main")];
  // Words may have been typed meanwhile.
  if (main && freshMain && !hasChanges()) {
    const top = document.querySelector(".rt-table-scroll")?.scrollTop ?? 0;
    const held = document.activeElement?.closest("a[href]")?.getAttribute("href");
    main.replaceWith(freshMain);
    tellOfChange(freshMain);
    document.querySelector(".rt-table-scroll")?.scrollTo(0, top);
    const again = held && freshMain.querySelector<HTMLElement>(`a[href="${CSS.escape(held)}"]`);
    (again || freshMain).focus({ preventScroll: true });
  }
  showMessageOf(page);
}

/** This page as it is now; nothing when it cannot be had, such as where a form was refused. */
async function reread(): Promise<Document | null> {
  const answer = await fetch(location.href);
  const page = await readPage(answer);
  return answer.ok && isWork(page) ? page : null;
}
