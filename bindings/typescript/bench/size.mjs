// The size of what a page loads, as bundlers make it: minified, and compressed as servers do (gzip, level 9).

import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/**
 * Bundles a line of code for browsers.
 *
 * @param {string} code
 * @param {string[]} [external] packages that are there already
 * @returns {Promise<{ start: number, later: number }>} bytes after gzip that load at once, and those that load when they are needed
 */
export async function size(code, external = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname ?? new URL(".", import.meta.url).pathname },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "error",
    external,
  });
  const bytes = new Map(outputFiles.map((it) => [it.path, gzipSync(it.contents, { level: 9 }).length]));
  const at = (name) => bytes.get([...bytes.keys()].find((it) => it.endsWith(name)));
  const first = Object.keys(metafile.outputs).find((it) => metafile.outputs[it].entryPoint);
  const names = new Set();
  const follow = (name) => {
    if (names.has(name)) return;
    names.add(name);
    for (const { path, kind } of metafile.outputs[name].imports)
      if (kind === "import-statement" && metafile.outputs[path]) follow(path);
  };
  follow(first);
  const start = [...names].reduce((sum, it) => sum + at(it.split("/").pop()), 0);
  return { start, later: [...bytes.values()].reduce((sum, it) => sum + it, 0) - start };
}
