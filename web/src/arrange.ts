// Lets widgets be dragged into another order. Their buttons do the same without it.

let dragged: HTMLElement | undefined;

const card = (target: EventTarget | null) => (target as Element | null)?.closest<HTMLElement>("form[data-arrange] li[data-widget]") ?? undefined;

document.addEventListener("pointerover", ({ target }) => {
  const over = card(target);
  if (over) over.draggable = true;
});

document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  dragged = card(target);
  if (!dragged || !dataTransfer) return;
  dataTransfer.effectAllowed = "move";
  dataTransfer.setData("text/plain", dragged.dataset["widget"] ?? "");
  dragged.classList.add("opacity-50");
});

document.addEventListener("dragover", (event) => {
  const over = card(event.target);
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged || over.parentElement !== dragged.parentElement) return;
  const cards = [...over.parentElement!.children];
  over[cards.indexOf(dragged) < cards.indexOf(over) ? "after" : "before"](dragged);
});

document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("opacity-50");
  const form = dragged.closest<HTMLFormElement>("form[data-arrange]")!;
  const order = form.elements.namedItem("order") as HTMLInputElement;
  dragged = undefined;
  const now = [...form.querySelectorAll<HTMLElement>("li[data-widget]")].map((li) => li.dataset["widget"]).join(",");
  if (now === form.dataset["arranged"]) return;
  form.dataset["arranged"] = now;
  order.disabled = false;
  order.value = now;
  form.requestSubmit();
});
