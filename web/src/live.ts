// Refreshes the page when the server hints that something on it has changed. The
// page says in <meta name="portal-live"> where its hints come from.
import { session } from "@hotwired/turbo";

const retryFirst = 2_000;
const retryMost = 60_000;

let stream: EventSource | undefined;
let address = "";
let missed = false; // hints may have been lost since the page was drawn
let retry = retryFirst;
let timer = 0;

function wanted(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="portal-live"]');
  // A hidden page holds no connection: browsers share a few among all tabs.
  return document.hidden ? "" : (meta?.content ?? "");
}

function follow(): void {
  if (wanted() === address) return;
  stream?.close();
  stream = undefined;
  address = wanted();
  if (address) open();
}

function open(): void {
  const opened = new EventSource(address);
  stream = opened;
  opened.onopen = () => {
    retry = retryFirst;
    if (missed) refreshSoon();
    missed = false;
  };
  opened.onmessage = refreshSoon;
  opened.onerror = () => {
    missed = true;
    // The browser reconnects by itself unless the server refused.
    if (opened.readyState !== EventSource.CLOSED || opened !== stream) return;
    address = "";
    setTimeout(follow, retry);
    retry = Math.min(retry * 2, retryMost);
  };
}

// Hints come in bursts, and to many readers at once: wait a little, each a little
// differently.
function refreshSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(refresh, 100 + Math.random() * 200);
}

function refresh(): void {
  // Faults beside fields, and a preview, exist only in the page as it stands.
  if (document.querySelector("[data-focus]")) return;
  if (session.navigator.currentVisit) {
    refreshSoon();
    return;
  }
  session.refresh(document.baseURI);
}

document.addEventListener("turbo:load", follow);
document.addEventListener("turbo:render", follow);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) missed = true;
  follow();
});
