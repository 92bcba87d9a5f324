// Applies a form's menus as they are changed. A mouse means its choice; from the
// keyboard each arrow key changes the menu, so that its choice is what it has when
// the focus leaves it, or at Enter.

const settings = "form[data-settings]";
const chosenByKey = new WeakSet<HTMLSelectElement>();
let byKey = false;

function settingOf(target: EventTarget | null): HTMLSelectElement | undefined {
  return target instanceof HTMLSelectElement && target.closest(settings) ? target : undefined;
}

function apply(menu: HTMLSelectElement): void {
  chosenByKey.delete(menu);
  menu.form?.requestSubmit();
}

document.addEventListener("pointerdown", () => (byKey = false));
document.addEventListener("keydown", (event) => {
  byKey = true;
  const menu = settingOf(event.target);
  if (event.key !== "Enter" || !menu || !chosenByKey.has(menu)) return;
  event.preventDefault();
  apply(menu);
});
document.addEventListener("change", ({ target }) => {
  const menu = settingOf(target);
  if (!menu) return;
  if (byKey) chosenByKey.add(menu);
  else apply(menu);
});
document.addEventListener("focusout", ({ target }) => {
  const menu = settingOf(target);
  if (menu && chosenByKey.has(menu)) apply(menu);
});
