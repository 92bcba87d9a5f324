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
let refreshing = false; // the page is fetched again, and the reader has gone nowhere
let answering = 0; // a form or its answer is on its way, and a refresh would take its place

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
  // What changed between the reading of the page and now is told again.
  const opened = new EventSource(`${address}?since=${page()?.dataset.read ?? ""}`);
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
  if (answering || session.navigator.currentVisit) {
    refreshSoon();
    return;
  }
  // As session.refresh does, but at once: that waits, and by then a form may be on its way.
  session.visit(document.baseURI, { action: "replace", shouldCacheSnapshot: false });
  refreshing = true; // its own turbo:visit has passed
}

// What was done stands until the reader goes on, though the page is fetched again: their
// own deed is a change too.
document.addEventListener("turbo:before-render", (event) => {
  const { newBody } = (event as CustomEvent<{ newBody: HTMLElement }>).detail;
  const said = document.querySelector("[data-notice] > *");
  const place = newBody.querySelector("[data-notice]");
  if (refreshing && said && !place?.firstElementChild) place?.append(said.cloneNode(true));
  refreshing = false;
});

// A refresh that was overtaken, or that failed on the network, renders nothing.
for (const gone of ["turbo:visit", "turbo:submit-start"]) document.addEventListener(gone, () => { refreshing = false; });

// Turbo says that a submission ends before it has read the answer, which is here
// only with the next page. An answer without one is waited for no longer than this.
const answerMost = 5_000;

function answered(): void {
  clearTimeout(answering);
  answering = 0;
}

document.addEventListener("turbo:submit-start", () => {
  clearTimeout(answering);
  answering = window.setTimeout(answered, 2 ** 31 - 1);
});
document.addEventListener("turbo:submit-end", (event) => {
  const { fetchResponse } = (event as CustomEvent<{ fetchResponse?: unknown }>).detail;
  answered();
  if (fetchResponse) answering = window.setTimeout(answered, answerMost);
});
for (const here of ["turbo:visit", "turbo:render", "turbo:frame-render"]) document.addEventListener(here, answered);

// A page that is left while its answer is still being read is no fault.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof DOMException && event.reason.name === "AbortError") event.preventDefault();
});

document.addEventListener("turbo:load", follow);
document.addEventListener("turbo:render", follow);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) missed = true;
  follow();
});
