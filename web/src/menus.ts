// Closes an open menu by a click beside it, or by Escape, which returns to its button.

const open = "details.dropdown[open]";

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(open)) {
    if (!menu.contains(target as Node)) menu.open = false;
  }
});

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(open)) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
