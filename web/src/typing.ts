// Keeps what the reader is doing while the page is refreshed around it: forms being
// filled in, and what is folded open.

const sent = new WeakSet<HTMLFormElement>();

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function changed(control: Control): boolean {
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((option) => option.selected !== option.defaultSelected);
  }
  if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
    return control.checked !== control.defaultChecked;
  }
  if (control instanceof HTMLInputElement && control.type === "file") {
    return (control.files?.length ?? 0) > 0;
  }
  return control.value !== control.defaultValue;
}

function inUse(form: HTMLFormElement): boolean {
  if (sent.has(form)) return false;
  if (form.contains(document.activeElement)) return true;
  return [...form.querySelectorAll<Control>("input, textarea, select")].some(changed);
}

document.addEventListener("turbo:before-morph-element", (event) => {
  if (event.target instanceof HTMLFormElement && inUse(event.target)) event.preventDefault();
});

document.addEventListener("turbo:before-morph-attribute", (event) => {
  const { attributeName } = (event as CustomEvent<{ attributeName: string }>).detail;
  if (attributeName === "open" && event.target instanceof HTMLDetailsElement) event.preventDefault();
});

// What is sent is no longer being typed: the page that answers says how it stands.
document.addEventListener("turbo:submit-start", ({ target }) => {
  sent.add(target as HTMLFormElement);
});
document.addEventListener("turbo:submit-end", (event) => {
  const form = event.target as HTMLFormElement;
  const { detail } = event as CustomEvent<{ success?: boolean; fetchResponse?: unknown }>;
  if (!detail.fetchResponse) sent.delete(form);
  else if (detail.success && form.method === "post") form.reset();
});
document.addEventListener("input", (event) => {
  if (event.target instanceof Element) {
    const form = event.target.closest("form");
    if (form) sent.delete(form);
  }
});
