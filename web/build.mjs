// Bundles the browser's script into what the Go program embeds.
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

// Turbo styles its progress bar with a <style> element, which the portal's content
// policy refuses. The same rules stand in components.css.
const styleless = {
  name: "turbo-without-style-element",
  setup(bundle) {
    bundle.onLoad({ filter: /@hotwired\/turbo\/dist\/turbo\..*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const call = "    this.installStylesheetElement();\n";
      if (source.split(call).length !== 2) {
        throw new Error(`${path}: expected one call of installStylesheetElement`);
      }
      return { contents: source.replace(call, ""), loader: "js" };
    });
  },
};

await build({
  entryPoints: ["src/portal.ts"],
  outfile: "../internal/web/static/portal.js",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  plugins: [styleless],
});

// Charts are loaded by the pages that have one.
await build({
  entryPoints: ["src/charts.ts"],
  outfile: "../internal/web/static/charts.js",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
});

// Paper is white whatever the screen is: the dark theme holds for screens only, which
// daisyUI's plugin has no word for.
const styles = "../internal/web/static/portal.css";
let css = await readFile(styles, "utf8");
for (const [dark, screen] of [
  [/@media \(prefers-color-scheme:dark\)\{:root:not\(\[data-theme\]\)\{/g, "@media screen and (prefers-color-scheme:dark){:root:not([data-theme]){"],
  [/(\[data-theme=dark\]\{[^{}]*\})/g, "@media screen{$1}"],
]) {
  if (css.match(dark)?.length !== 1) {
    throw new Error(`${styles}: expected one ${dark}`);
  }
  css = css.replace(dark, screen);
}
await writeFile(styles, css);
