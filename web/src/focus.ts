// Moves the focus to the error summary of a form that failed.

document.addEventListener("turbo:load", focusSummary);
document.addEventListener("turbo:render", focusSummary);

function focusSummary(): void {
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}
