// Keeps the open entry of a queue in sight: its list begins at the top on every page.

document.addEventListener("turbo:load", () => {
  document.querySelector('.queue-item[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
});
