// Builds dist/ from src/: scripts, purged styles, the sprite of the icons in use, and a compressed twin of each.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { geoPath, geoProjection } from "d3-geo";
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import { feature, mesh } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const web = dirname(fileURLToPath(import.meta.url));
const dist = join(web, "dist");
const resolve = createRequire(import.meta.url).resolve;

/** What every bundle has in common: one small text, no file. */
const small = { bundle: true, minify: true, target: "es2022", legalComments: "none", write: false };

/** Every file below `folder` with one of the endings, in one order on every machine. */
async function filesBelow(folder, endings) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => endings.includes(extname(path))).sort();
}

/** The sources that name classes and icons, as `{ raw, extension }`. */
async function sources() {
  const paths = [
    ...(await filesBelow(join(web, "../src"), [".html", ".rs"])),
    ...(await filesBelow(join(web, "src"), [".ts"])),
  ];
  return Promise.all(paths.map(async (path) => ({ raw: await readFile(path, "utf8"), extension: extname(path).slice(1) })));
}

async function scripts() {
  const bundled = await build({
    entryPoints: {
      app: join(web, "src/app.ts"),
      early: join(web, "src/early.ts"),
      // Loaded by the pages that have a map alone.
      graph: join(web, "src/graph/graph.ts"),
      map: join(web, "src/map.ts"),
      // Run beside the pages: one for each map, one in a browser.
      arranging: join(web, "src/graph/worker.ts"),
      together: join(web, "src/together-worker.ts"),
    },
    outdir: dist,
    ...small,
    format: "iife",
  });
  return bundled.outputFiles.map((file) => [file.path.slice(dist.length + 1), file.text]);
}

const words = (parts) => (parts ?? []).flatMap((part) => part.match(/[\w-]+/g) ?? []);

async function styles(content) {
  const tabler = await readFile(resolve("@tabler/core/dist/css/tabler.min.css"), "utf8");
  const [purged] = await new PurgeCSS().purge({
    content,
    css: [{ raw: tabler }],
    variables: true,
    keyframes: true,
    fontFace: true,
    // Only what stands in tags and in strings of scripts: words of prose and code are no classes.
    extractors: [
      { extensions: ["html", "rs"], extractor: (text) => words(text.match(/<[a-z][^>]*>/g)) },
      { extensions: ["ts"], extractor: (text) => words(text.match(/(["'`]).*?\1/g)) },
    ],
    safelist: { greedy: [/data-bs-theme/], variables: [] },
  });
  const base = purged.css
    .replace(/\/\*!?[^]*?\*\//g, "")
    .replace(/^@charset[^;]*;/, "")
    // The ticks of rows look like others; a row names no class for that, since a page has many.
    .replaceAll(".form-check-input", ":is(.form-check-input,.rt-tick input)");
  const bundled = await build({
    // In a layer of its own, Tabler gives way to every rule of ours, however specific its own are.
    stdin: { contents: `@layer tabler {${base}}`, loader: "css", resolveDir: web },
    ...small,
  });
  const own = await build({
    entryPoints: [join(web, "src/styles/app.css")],
    ...small,
    // Those stand beside the styles, under the same digest; drawings are put into them.
    external: ["*.woff2", "icon:*"],
  });
  return drawn(bundled.outputFiles[0].text + own.outputFiles[0].text);
}

/** Styles with the drawing in the place of each `url("icon:…")`. */
async function drawn(styles) {
  const signs = await readFile(join(web, "src/signs.svg"), "utf8");
  const named = [...new Set([...styles.matchAll(/url\("?icon:([\w-]+)"?\)/g)].map(([, name]) => name))];
  const drawing = async (name) => signs.match(new RegExp(`<symbol id="${name}".*</symbol>`))?.[0] ?? symbol(name);
  const drawings = new Map(await Promise.all(named.map(async (name) => [name, await drawing(name)])));
  return styles.replace(/url\("?icon:([\w-]+)"?\)/g, (_, name) => {
    const image = drawings.get(name).replace(/<symbol id="[^"]*"/, '<svg xmlns="http://www.w3.org/2000/svg"').replace("</symbol>", "</svg>");
    const text = image.replaceAll('"', "'").replace(/[<>#%]/g, encodeURIComponent);
    return `url("data:image/svg+xml,${text}")`;
  });
}

/** The drawing of one icon. */
async function outline(name) {
  try {
    return await readFile(resolve(`@tabler/icons/outline/${name}.svg`), "utf8");
  } catch {
    throw new Error(`There is no Tabler outline icon "${name}".`);
  }
}

/** One icon as a symbol. */
async function symbol(name) {
  const drawing = await outline(name);
  const inner = drawing.replace(/<!--[^]*?-->/g, "").replace(/^[^]*?<svg[^>]*>|<\/svg>\s*$/g, "");
  const shapes = inner.replace(/<path stroke="none"[^>]*\/>/g, "").replace(/\s*\n\s*/g, "");
  const stroke = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${shapes}</symbol>`;
}

/** Symbols of the icons that templates and Rust name as `icon("…")` and `empty("…", …)`, of those in icons.json, and our own signs. */
async function sprite(content) {
  const listed = JSON.parse(await readFile(join(web, "src/icons.json"), "utf8"));
  const named = content
    .filter(({ extension }) => extension !== "ts")
    .flatMap(({ raw }) => [...raw.matchAll(/\b(?:icon|empty)\(\s*"([^"]+)"/g)].map(([, name]) => name));
  const symbols = [...new Set([...listed, ...named])].sort().map(symbol);
  const signs = (await readFile(join(web, "src/signs.svg"), "utf8")).match(/<symbol.*<\/symbol>/g);
  return `<svg xmlns="http://www.w3.org/2000/svg">${[...(await Promise.all(symbols)), ...signs].join("")}</svg>\n`;
}

/** The typeface in one of its alphabets, compressed as it comes. */
async function typeface(alphabet) {
  return readFile(resolve(`@fontsource-variable/inter/files/inter-${alphabet}-wght-normal.woff2`));
}

/** One cut of the typeface with all its letters, which a PDF takes what it needs of. */
async function cut(weight) {
  return readFile(resolve(`@expo-google-fonts/inter/${weight}/Inter_${weight}.ttf`));
}

/** Land and borders of the world (Natural Earth) in degrees, by the projection that records/sites.rs computes. */
async function world() {
  const atlas = presimplify(JSON.parse(await readFile(resolve("world-atlas/countries-50m.json"), "utf8")));
  const shapes = simplify(atlas, 0.06);
  const miller = (longitude, latitude) => [longitude, 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * latitude))];
  const projection = geoProjection(miller).scale(180 / Math.PI).translate([0, 0]).precision(0.5);
  const draw = geoPath(projection).digits(2);
  const land = draw(feature(shapes, shapes.objects.land));
  const borders = draw(mesh(shapes, shapes.objects.countries, (one, other) => one !== other));
  return `<svg xmlns="http://www.w3.org/2000/svg"><path id="land" d="${land}"/><path id="borders" fill="none" d="${borders}"/></svg>\n`;
}

function compressed(text) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
  return brotliCompressSync(Buffer.from(text), { params });
}

/** Writes a file that has changed: cargo compiles anew for each that is touched. */
async function keep(name, bytes) {
  const path = join(dist, name);
  const before = await readFile(path).catch(() => null);
  if (!before?.equals(bytes)) await writeFile(path, bytes);
}

const content = await sources();
const files = [
  ...(await scripts()),
  ["app.css", await styles(content)],
  ["icons.svg", await sprite(content)],
  ["world.svg", await world()],
  ["speculation.json", await readFile(join(web, "src/speculation.json"), "utf8")],
  ["favicon.svg", await readFile(join(web, "src/favicon.svg"), "utf8")],
];
const fonts = [
  ["inter.woff2", await typeface("latin")],
  ["inter-ext.woff2", await typeface("latin-ext")],
  ["inter-regular.ttf", await cut("400Regular")],
  ["inter-semibold.ttf", await cut("600SemiBold")],
];
await mkdir(dist, { recursive: true });
const names = [...files.flatMap(([name]) => [name, `${name}.br`]), ...fonts.map(([name]) => name)];
for (const name of await readdir(dist)) if (!names.includes(name)) await rm(join(dist, name), { recursive: true });
for (const [name, text] of files) {
  const twin = compressed(text);
  await keep(name, Buffer.from(text));
  await keep(`${name}.br`, twin);
  console.log(`${name.padEnd(12)} ${String(text.length).padStart(7)} bytes, ${String(twin.length).padStart(6)} compressed`);
}
for (const [name, bytes] of fonts) await keep(name, bytes);
