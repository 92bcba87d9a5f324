// Lets a running timer's figure run on: the server keeps the time, this only shows it.

function show(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("[data-running]")) {
    const minutes = Math.max(0, Math.floor((Date.now() / 1000 - Number(figure.dataset.running)) / 60));
    const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    if (figure.textContent !== text) figure.textContent = text;
  }
}

setInterval(show, 5_000);
document.addEventListener("turbo:load", show);
