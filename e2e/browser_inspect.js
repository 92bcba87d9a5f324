// What every page must be, whatever it shows. Runs with axe at hand.
(async ({ width, unfold, rules, except }) => {
  const folded = unfold ? [...document.querySelectorAll("details:not([open])")] : [];
  if (width < 640) folded.reverse(); // of menus that close one another, the last stays open
  const alike = {};
  for (const details of folded) {
    alike[details.className] = (alike[details.className] ?? 0) + 1;
    details.open = alike[details.className] <= 5; // of those that are alike some are enough
  }
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  for (const motion of document.getAnimations()) motion.finish();

  // A page that refreshes itself meanwhile says so by an attribute that axe minds.
  const page = document.documentElement;
  let refreshed = false;
  new MutationObserver(() => (refreshed = true)).observe(page, { attributeFilter: ["aria-busy"] });
  const look = async () => {
    while (page.hasAttribute("aria-busy")) await new Promise((later) => setTimeout(later, 30));
    await new Promise((told) => setTimeout(told)); // of what came before
    refreshed = false;
    return axe.run({
      resultTypes: ["violations"],
      preload: false, // style sheets, which take as long as all the rest: one rule reads them, of locked orientations
      ...(rules ? { runOnly: rules } : { rules: { "target-size": { enabled: true }, ...without(except) } }),
    });
  };

  const without = (list) => Object.fromEntries((list ?? []).map((rule) => [rule, { enabled: false }]));

  const faults = [];
  let { violations } = await look();
  for (let again = 0; refreshed && again < 5; again++) ({ violations } = await look());
  for (const { id, help, nodes } of violations) {
    for (const { target, failureSummary } of nodes) faults.push(`${id} (${help}): ${target} ${failureSummary}`);
  }
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) faults.push(`${headings} h1`);
  if (page.scrollWidth > width) {
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
    faults.push(`is ${page.scrollWidth} px wide: ${wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 150))}`);
  }
  for (const details of folded) details.open = false;
  return faults;
})
