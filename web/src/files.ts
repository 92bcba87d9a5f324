// Lists the files chosen in a file input with their sizes, lets each be removed, and
// says at once which are too large. The server checks again.

const chosen = new WeakMap<HTMLInputElement, File[]>();

function inputOf(box: Element): HTMLInputElement {
  return box.querySelector<HTMLInputElement>('input[type="file"]')!;
}

function size(bytes: number): string {
  return bytes < 999_500 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`;
}

function set(box: HTMLElement, files: File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  inputOf(box).files = transfer.files;
  chosen.set(inputOf(box), files);
  list(box, files);
}

function list(box: HTMLElement, files: File[]): void {
  const rows = box.querySelector<HTMLElement>("[data-files-list]")!;
  rows.replaceChildren(...files.map((file) => row(box, file)));
  rows.hidden = files.length === 0;
  const fault = box.querySelector<HTMLElement>("[data-files-fault]")!;
  fault.textContent = faultIn(box, files);
  fault.hidden = !fault.textContent;
}

function row(box: HTMLElement, file: File): Node {
  const template = box.querySelector<HTMLTemplateElement>("[data-files-row]")!;
  const item = (template.content.cloneNode(true) as DocumentFragment).firstElementChild!;
  const tooLarge = file.size > Number(box.dataset.maxBytes);
  const kind = tooLarge ? "warn" : file.type.startsWith("image/") ? "image" : "file";
  for (const icon of item.querySelectorAll<HTMLElement>("[data-kind]")) {
    if (icon.dataset.kind !== kind) icon.remove();
  }
  item.classList.toggle("text-error", tooLarge);
  item.querySelector("[data-name]")!.textContent = file.name;
  item.querySelector("[data-size]")!.textContent = size(file.size);
  const remove = item.querySelector("button")!;
  remove.setAttribute("aria-label", `Remove ${file.name}`);
  remove.addEventListener("click", () => {
    set(box, (chosen.get(inputOf(box)) ?? []).filter((other) => other !== file));
    inputOf(box).focus();
  });
  return item;
}

function faultIn(box: HTMLElement, files: File[]): string {
  const most = Number(box.dataset.maxBytes);
  const count = Number(box.dataset.maxFiles);
  const large = files.find((file) => file.size > most);
  if (large) {
    return `${large.name} has ${size(large.size)}; ${size(most)} is the limit. Remove it, or share a link in the text.`;
  }
  if (files.length > count) return `${files.length} files are chosen; ${count} is the limit. Remove some.`;
  return "";
}

function same(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
  const box = target.closest<HTMLElement>("[data-files]");
  if (!box) return;
  // A browser replaces the files at each choice; here they add up.
  const before = target.multiple ? (chosen.get(target) ?? []) : [];
  const added = [...(target.files ?? [])].filter((file) => !before.some((other) => same(file, other)));
  set(box, [...before, ...added]);
});

document.addEventListener("reset", ({ target }) => {
  for (const box of (target as HTMLFormElement).querySelectorAll<HTMLElement>("[data-files]")) {
    chosen.delete(inputOf(box));
    list(box, []);
  }
});

// A page that comes back with faults asks for the files again, as without script.
document.addEventListener("turbo:submit-end", (event) => {
  const { detail } = event as CustomEvent<{ success?: boolean; fetchResponse?: unknown }>;
  if (detail.success || !detail.fetchResponse) return;
  for (const box of (event.target as HTMLFormElement).querySelectorAll<HTMLElement>("[data-files]")) set(box, []);
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    const fault = form.querySelector<HTMLElement>("[data-files-fault]:not([hidden])");
    if (!fault) return;
    event.preventDefault();
    event.stopPropagation();
    fault.focus();
  },
  { capture: true },
);
