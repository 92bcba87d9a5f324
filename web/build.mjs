// Bundles the browser's script into what the Go program embeds.
import { readFile } from "node:fs/promises";
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
