/** The platform's calendar beside a date that is typed. */

/** Makes every button `[data-date-picker]` open a calendar for the field before it. */
export function startDates(): void {
  document.addEventListener("click", ({ target }) => {
    const offer = target instanceof Element ? target.closest("[data-offer]") : null;
    if (offer) return take(offer);
    const button = target instanceof Element ? target.closest("[data-date-picker]") : null;
    const field = button?.previousElementSibling;
    if (button && field instanceof HTMLInputElement) calendarOf(button, field).showPicker();
  });
}

/** Puts what a button offers into the field before it. */
function take(offer: Element): void {
  const field = offer.parentElement?.querySelector("input");
  if (!field) return;
  field.value = offer.textContent?.trim() ?? "";
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  field.focus();
}

function calendarOf(button: Element, field: HTMLInputElement): HTMLInputElement {
  const known = button.nextElementSibling;
  const calendar = known instanceof HTMLInputElement ? known : document.createElement("input");
  if (calendar !== known) {
    Object.assign(calendar, { type: "date", tabIndex: -1, className: "rt-visually-hidden" });
    calendar.setAttribute("aria-hidden", "true");
    calendar.addEventListener("change", () => {
      field.value = calendar.value;
      for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      field.focus();
    });
    button.after(calendar);
  }
  // Words and half a date leave the calendar at today.
  calendar.value = field.value.trim();
  return calendar;
}
