// How the browser tests find what a reader sees.

const plain = (text) => text.replace(/\s+/g, " ").trim();
const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
const nameOf = (element) => plain(element.getAttribute("aria-label") || element.innerText || "");

// named is the element of a kind whose name has the words; the one that says least
// beside them.
const named = (selector, words) =>
  [...document.querySelectorAll(selector)]
    .filter((element) => shown(element) && nameOf(element).includes(words))
    .sort((a, b) => nameOf(a).length - nameOf(b).length)[0];

const field = (label) => named("label", label)?.control ?? named("select", label);
const pressable = (name) => named("button, a, summary, label", name);

// press clicks on an element once no page is on its way, unless something lies over
// it: found and clicked in one step, so that no refresh moves it in between.
const press = (element) => {
  if (!element || !settled()) return false;
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = element.getClientRects()[0];
  if (!element.contains(document.elementFromPoint(x + width / 2, y + height / 2))) return false;
  element.focus({ preventScroll: true });
  element.click();
  return true;
};

// ready makes a field take what is typed, in the place of what it holds.
const ready = (control) => {
  control?.focus();
  control?.select();
  return control && document.activeElement === control;
};

// put sets a field that takes no typing, such as a day.
const put = (control, value) => {
  if (!control) return false;
  control.value = value;
  control.dispatchEvent(new Event("change", { bubbles: true }));
  return control.value === value;
};

const choose = (menu, label) => {
  const option = [...(menu?.options ?? [])].find((o) => plain(o.text) === label);
  if (!option) return false;
  option.selected = true;
  menu.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

// settled says that no page and no form is on its way: Turbo changes the address first.
const settled = () => document.readyState === "complete" && !document.querySelector('html[aria-busy], form[aria-busy="true"]');

const focused = () => {
  const element = document.activeElement;
  return nameOf(element.labels?.[0] ?? element);
};


// ringed says that the reader sees where the focus is: by an outline of the element,
// or of what it stands in.
const ringed = () => {
  for (let element = document.activeElement, up = 0; element && up < 3; element = element.parentElement, up++) {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    if (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) return true;
  }
  return false;
};
