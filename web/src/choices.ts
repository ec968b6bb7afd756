/** What a combobox offers: the records that the server finds, and the way to a new one. */

/** One entry of the list. */
export interface Choice {
  id: string;
  name: string;
  detail: string;
  /** Where a missing record is made; only on the last entry. */
  create?: string;
}

type Answer = Record<string, string | number | null | undefined>;

/** The records at `address` whose name fits `words`, then “Create …” where that is possible. */
export async function fetchChoices(address: string, words: string, create: string | undefined): Promise<Choice[]> {
  const query = new URL(address, location.href);
  query.searchParams.set("q", words);
  const found = await fetch(query, { headers: { accept: "application/json" } })
    .then((answer) => (answer.ok ? (answer.json() as Promise<Answer[]>) : null))
    .catch(() => null);
  // What could not be looked for may be there: nothing new is offered.
  if (!found) return [];
  const choices = found.map((answer): Choice => ({
    id: String(answer.id ?? answer.client_id ?? ""),
    name: String(answer.name ?? answer.client_name ?? ""),
    detail: String(answer.detail ?? answer.client_type ?? ""),
  }));
  if (create) {
    const target = new URL(create, location.href);
    target.searchParams.set("name", words);
    choices.push({ id: "", name: `Create “${words}”`, detail: "", create: target.href });
  }
  return choices;
}

/** The entry of the list that stands for `choice`. */
export function optionOf(choice: Choice): HTMLLIElement {
  const item = document.createElement("li");
  item.append(choice.name);
  if (choice.create) item.className = "rt-combobox-create";
  if (choice.detail) item.append(" ", Object.assign(document.createElement("span"), { className: "rt-muted", textContent: choice.detail }));
  return item;
}
