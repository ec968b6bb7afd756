/** Dates typed as words: “yesterday” in a text field becomes the date it means. */

const steps: Record<string, number> = { today: 0, yesterday: -1, tomorrow: 1 };

/** The date that `words` mean on `today` (both as YYYY-MM-DD), or nothing when they mean none. */
export function dateOf(words: string, today: string): string | null {
  const text = words.trim().toLowerCase().replace(/\s+/g, " ");
  const named = steps[text];
  if (named !== undefined) return shifted(today, named);
  const [, ahead, count, unit, back] = /^(in )?(\d{1,4}|an?) (day|week)s?( ago)?$/.exec(text) ?? [];
  // “3 days” alone says no direction, “in 3 days ago” says two.
  if (!count || Boolean(ahead) === Boolean(back)) return null;
  const amount = (count.startsWith("a") ? 1 : Number(count)) * (unit === "week" ? 7 : 1);
  return shifted(today, back ? -amount : amount);
}

/** Replaces words by their date when a text field `input[data-date]` is left or sent; other text stays as typed. */
export function startDates(): void {
  document.addEventListener("focusout", ({ target }) => resolve(target));
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement) [...target.elements].forEach(resolve);
  });
}

function resolve(field: EventTarget | null): void {
  if (!(field instanceof HTMLInputElement) || field.type !== "text" || field.dataset.date === undefined) return;
  // The server may tell its own day, which is the organisation's.
  const date = dateOf(field.value, field.dataset.date || localToday());
  if (!date) return;
  field.value = date;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function localToday(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())).toISOString().slice(0, 10);
}

function shifted(day: string, days: number): string | null {
  const moment = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(moment) ? null : new Date(moment + days * 86_400_000).toISOString().slice(0, 10);
}
