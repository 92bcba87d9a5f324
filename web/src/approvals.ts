// Approving hours: says how many entries and hours are ticked, and takes keys while
// the focus is in the list.

type Box = HTMLInputElement;

function boxes(form: Element): Box[] {
  return [...form.querySelectorAll<Box>('input[name="entry"]')];
}

function hours(chosen: Box[]): string {
  const minutes = chosen.reduce((sum, box) => sum + Number(box.dataset.minutes), 0);
  return (Math.round((minutes / 60) * 100) / 100).toFixed(2);
}

function tell(form: Element): void {
  const all = boxes(form);
  const chosen = all.filter((box) => box.checked);
  const told = chosen.length > 0 ? chosen : all;
  const noun = all.length === 1 ? "pending entry" : "pending entries";
  const count = document.createElement("span");
  count.className = "font-semibold";
  count.textContent = chosen.length > 0 ? `${chosen.length} of ${all.length} ${noun}` : `${all.length} ${noun}`;
  form.querySelector("[data-chosen]")?.replaceChildren(count, `, ${hours(told)} h`);
  const approve = form.querySelector("[data-approve]");
  if (approve) approve.textContent = chosen.length > 0 ? `Approve ${hours(chosen)} h` : "Approve selected";
  const everything = form.querySelector("[data-choose-all]");
  if (everything) everything.textContent = chosen.length === all.length && all.length > 0 ? "Select none" : `Select all ${all.length}`;
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("form[data-approvals]") : null;
}

function tellAll(): void {
  document.querySelectorAll("form[data-approvals]").forEach(tell);
}

document.addEventListener("change", ({ target }) => {
  const form = formOf(target);
  if (form) tell(form);
});

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-choose-all]") : null;
  const form = formOf(button);
  if (!form) return;
  const all = boxes(form);
  const some = all.some((box) => !box.checked);
  for (const box of all) box.checked = some;
  tell(form);
});

// The row of the focus, of those that can be decided on.
function current(all: Box[]): number {
  return all.findIndex((box) => box.closest("tr")?.contains(document.activeElement));
}

function move(all: Box[], by: number): void {
  const at = current(all);
  const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  all[to]?.focus();
  all[to]?.closest("tr")?.scrollIntoView({ block: "nearest" });
}

function decide(form: HTMLFormElement, all: Box[], bulk: string, single: string): void {
  if (all.some((box) => box.checked)) form.querySelector<HTMLElement>(bulk)?.click();
  else all[current(all)]?.closest("tr")?.querySelector<HTMLElement>(single)?.click();
}

document.addEventListener("keydown", (event) => {
  const form = formOf(event.target);
  if (!form || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") return;
  const all = boxes(form);
  const keys: Record<string, () => void> = {
    j: () => move(all, 1),
    k: () => move(all, -1),
    x: () => all[current(all)]?.click(),
    a: () => decide(form, all, "[data-approve]", 'button[name="only"]'),
    r: () => decide(form, all, "[data-reject]", ".entry-actions a"),
  };
  const does = keys[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});

document.addEventListener("turbo:load", tellAll);
document.addEventListener("turbo:render", tellAll);
