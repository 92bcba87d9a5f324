// Refreshes the page when the server says that something on it has changed. The
// page names the stream and its topics in <meta name="portal-live">; one stream
// serves all pages that the reader goes through.
import { session } from "@hotwired/turbo";

const retryFirst = 2_000;
const retryMost = 60_000;

let stream: EventSource | undefined;
let address = "";
let missed = false; // changes may have passed unheard
let retry = retryFirst;
let timer = 0;
let submitting = false; // a form is on its way, and a refresh would take its place

function page(): HTMLMetaElement | null {
  return document.querySelector('meta[name="portal-live"]');
}

function follow(): void {
  // A hidden page holds no connection: browsers share a few among all tabs.
  const wanted = document.hidden ? "" : (page()?.content ?? "");
  if (wanted === address) return;
  stream?.close();
  stream = undefined;
  address = wanted;
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
  opened.addEventListener("change", ({ data }) => {
    document.dispatchEvent(new CustomEvent("portal:change", { detail: data }));
    if (concerns(data)) refreshSoon();
  });
  opened.onerror = () => {
    missed = true;
    // The browser reconnects by itself unless the server refused.
    if (opened.readyState !== EventSource.CLOSED || opened !== stream) return;
    address = "";
    setTimeout(follow, retry);
    retry = Math.min(retry * 2, retryMost);
  };
}

// A topic of the page that ends in a colon stands for all below it.
function topics(): string[] {
  return page()?.dataset.topics?.split(" ").filter(Boolean) ?? [];
}

function concerns(topic: string): boolean {
  return topics().some((own) => own === topic || (own.endsWith(":") && topic.startsWith(own)));
}

// Changes come in bursts, and to many readers at once: wait a little, each a little
// differently.
function refreshSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(refresh, 100 + Math.random() * 200);
}

function refresh(): void {
  if (topics().length === 0) return;
  // Faults beside fields exist only in the page as it stands.
  if (document.querySelector("[data-focus]")) return;
  if (submitting || session.navigator.currentVisit) {
    refreshSoon();
    return;
  }
  session.refresh(document.baseURI);
}

// Who sends a form while a refresh is on its way ends that refresh. Turbo leaves the
// broken promise to nobody, though it is as it should be.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof DOMException && event.reason.name === "AbortError") event.preventDefault();
});

document.addEventListener("turbo:submit-start", () => (submitting = true));
document.addEventListener("turbo:submit-end", () => (submitting = false));
document.addEventListener("turbo:load", follow);
document.addEventListener("turbo:render", follow);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) missed = true;
  follow();
});
