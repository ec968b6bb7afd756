/** Scripts of parts that only some pages have: loaded once the part is there and open. */
import { onEveryPart } from "./live";

const loaded = new Set<string>();

/** Loads the script that an element names in `data-script`, when it is not folded away. */
export function startLazyScripts(): void {
  onEveryPart(look);
  document.addEventListener("toggle", ({ target }) => target instanceof HTMLDetailsElement && look(target), true);
}

function look(part: ParentNode): void {
  for (const element of part.querySelectorAll<HTMLElement>("[data-script]")) {
    const address = element.dataset.script ?? "";
    if (loaded.has(address) || element.closest("details:not([open])")) continue;
    loaded.add(address);
    document.head.append(Object.assign(document.createElement("script"), { src: address }));
  }
}
