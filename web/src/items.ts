/** The lines of an entry that become action items, offered with ticks while they are typed. */
import { onEveryPart } from "./live";

/** How long typing rests before the server is asked. */
const REST = 400;

/** Offers them below every field of action items. */
export function startItems(): void {
  let timer = 0;
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || target.name !== "action_items") return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void offer(target), REST);
  });
  onEveryPart((part) => {
    const fields = part.querySelectorAll<HTMLTextAreaElement>('textarea[name="action_items"]');
    for (const field of fields) if (field.value.trim()) void offer(field);
  });
}

/** The client of the form of a new entry; the lines of a correction are compared with what stood there. */
function addressed(form: HTMLFormElement): string | undefined {
  return /^\/crm\/roundtable\/(\d+)$/.exec(new URL(form.action).pathname)?.[1];
}

async function offer(field: HTMLTextAreaElement): Promise<void> {
  const form = field.form;
  const client = form && addressed(form);
  if (!form || !client) return;
  const text = field.value;
  const answer = await fetch(`/crm/roundtable/${client}/recognised`, { method: "POST", body: new URLSearchParams({ action_items: text }) }).catch(() => null);
  // Later words have their own answer.
  if (!answer?.ok || answer.redirected || field.value !== text) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("fieldset");
  const shown = form.querySelector("fieldset.rt-recognised");
  for (const box of fresh?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? []) {
    const before = [...(shown?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])].find((one) => one.value === box.value);
    if (before) box.checked = before.checked;
  }
  shown?.remove();
  if (fresh) field.closest(".rt-field")?.append(fresh);
}
