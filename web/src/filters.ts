// Applies a filter bar's menus as they are changed, and keeps empty filters out of
// the address.

document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) target.closest<HTMLFormElement>("form[data-filters]")?.requestSubmit();
});

document.addEventListener("formdata", (event) => {
  if (!(event.target as Element).matches("form[data-filters]")) return;
  const { formData } = event as FormDataEvent;
  for (const [name, value] of [...formData]) {
    if (value === "") formData.delete(name);
  }
});
