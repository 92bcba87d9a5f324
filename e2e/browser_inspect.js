// What every page must be, whatever it shows. Runs with axe at hand.
(async ({ width, unfold, rules }) => {
  const folded = unfold ? [...document.querySelectorAll("details:not([open])")] : [];
  if (width < 640) folded.reverse(); // of menus that close one another, the last stays open
  const alike = {};
  for (const details of folded) {
    alike[details.className] = (alike[details.className] ?? 0) + 1;
    details.open = alike[details.className] <= 5; // of those that are alike some are enough
  }
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  for (const motion of document.getAnimations()) motion.finish();

  const faults = [];
  const { violations } = await axe.run({
    resultTypes: ["violations"],
    ...(rules ? { runOnly: rules } : { rules: { "target-size": { enabled: !unfold } } }),
  });
  for (const { id, help, nodes } of violations) {
    for (const { target, failureSummary } of nodes) faults.push(`${id} (${help}): ${target} ${failureSummary}`);
  }
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) faults.push(`${headings} h1`);
  const page = document.documentElement;
  if (page.scrollWidth > width) {
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1);
    faults.push(`is ${page.scrollWidth} px wide: ${wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 150))}`);
  }
  for (const details of folded) details.open = false;
  return faults;
})
