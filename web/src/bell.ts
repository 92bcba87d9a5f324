// Reads the bell again when there is something new under it, and leaves the page
// around it alone.
import type { FrameElement } from "@hotwired/turbo";

let timer = 0;

document.addEventListener("portal:change", (event) => {
  if ((event as CustomEvent<string>).detail !== "notifications") return;
  clearTimeout(timer);
  timer = window.setTimeout(readAgain, 100 + Math.random() * 200);
});

function readAgain(): void {
  const frame = document.querySelector<FrameElement>("turbo-frame#bell-frame");
  const again = frame?.dataset.again;
  if (!frame || !again) return;
  const open = frame.querySelector("details")?.open ?? false;
  frame.addEventListener("turbo:frame-render", () => {
    const bell = frame.querySelector("details");
    if (bell) bell.open = open;
  }, { once: true });
  if (frame.src) void frame.reload();
  else frame.src = again;
}
