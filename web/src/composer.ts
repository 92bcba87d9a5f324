// Sends a composer by Ctrl or Cmd and Enter, and shows Markdown as it will look.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (!(event.target instanceof HTMLTextAreaElement)) return;
  const form = event.target.closest<HTMLFormElement>("form[data-composer]");
  const send = form?.querySelector<HTMLButtonElement>("button.btn-primary");
  if (!form || !send) return;
  event.preventDefault();
  form.requestSubmit(send);
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-preview]");
  const text = button?.form?.querySelector("textarea");
  const panel = button?.form?.querySelector<HTMLElement>("[data-preview-panel]");
  if (!button || !text || !panel) return;
  event.preventDefault();
  void show(button.dataset.preview!, text.value, panel);
});

async function show(url: string, text: string, panel: HTMLElement): Promise<void> {
  const body = panel.querySelector<HTMLElement>("[data-preview-body]")!;
  try {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams({ body: text }) });
    if (!answer.ok) throw new Error(answer.statusText);
    // The server sanitises it as it does the message itself.
    body.innerHTML = await answer.text();
  } catch {
    body.textContent = "The preview cannot be shown right now. Your text is kept.";
  }
  panel.hidden = false;
}
