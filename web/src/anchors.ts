// Leaves links within a page to the browser. Turbo would visit the page anew, and
// what was typed on it would be lost.

document.addEventListener("turbo:click", (event) => {
  const link = event.target as Element;
  if (link.getAttribute("href")?.startsWith("#")) event.preventDefault();
});
