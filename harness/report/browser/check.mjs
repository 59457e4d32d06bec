// Opens HTML reports in Chromium as their readers do, and says what is wrong with them.
//
//   node check.mjs [--pictures FOLDER] REPORT.html…     exit code 1 if anything is wrong
//   node check.mjs --self-test                          exit code 1 if a seeded defect is not found
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { selfTest } from "./self_test.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// How readers open a report: media, scripts, width of the window in CSS pixels.
const WAYS = [
  { name: "light", colorScheme: "light", width: 1400 },
  { name: "dark", colorScheme: "dark", width: 1400 },
  // A4 with margins of 15 mm
  { name: "print", media: "print", width: 680 },
  { name: "no-script", javaScriptEnabled: false, width: 1000 },
  { name: "narrow", width: 320 },
  // 1280 pixels at 200 %
  { name: "zoom-200", width: 640, deviceScaleFactor: 2 },
];

// A browser that hangs must not hang whoever waits for ever.
const PATIENCE_MS = 1_800_000;

// Everything wrong with one report, a line each.
export async function problems(browser, file, pictures) {
  const found = [];
  for (const way of WAYS) {
    const report = (text) => found.push(`${basename(file)} [${way.name}] ${text}`);
    await open(browser, file, way, report, pictures);
    await audit(browser, file, way, report);
  }
  return found;
}

// As a reader does, with the page's own policy in force.
async function open(browser, file, way, report, pictures) {
  const page = await enter(browser, way, false);
  const url = pathToFileURL(resolve(file)).href;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) report(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => report(`script: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url) report(`asks for ${request.url().slice(0, 100)}`);
  });
  await page.goto(url);
  for (const text of await page.evaluate(layout, { isPrint: way.media === "print", width: way.width })) report(text);
  if (way.name === "light") for (const text of await page.evaluate(controls)) report(text);
  if (pictures) await picture(page, join(pictures, `${basename(file, ".html")}.${way.name}`), way);
  await page.context().close();
}

// With axe-core in the page, which the page's policy would not let in. axe-core waits for timers, which do not run where
// scripts are off; there the page is opened without its script instead.
async function audit(browser, file, way, report) {
  const page = await enter(browser, { ...way, javaScriptEnabled: true }, true);
  if (way.javaScriptEnabled === false) {
    const body = readFileSync(file, "utf8").replace(/<script>.*<\/script>/s, "");
    await page.route("**", (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
  }
  await page.goto(pathToFileURL(resolve(file)).href);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), RULES);
  for (const { id, help, nodes } of violations) {
    report(`axe ${id}: ${help}: ${nodes.length} times, first ${nodes[0].html.slice(0, 160)}`);
  }
  await page.context().close();
}

async function enter(browser, way, bypassCSP) {
  const { colorScheme, javaScriptEnabled, deviceScaleFactor } = way;
  const viewport = { width: way.width, height: 900 };
  const context = await browser.newContext({ bypassCSP, colorScheme, javaScriptEnabled, deviceScaleFactor, viewport });
  const page = await context.newPage();
  if (way.media) await page.emulateMedia({ media: way.media });
  return page;
}

// Runs in the page: what cannot be read in this window or on this paper.
function layout({ isPrint, width }) {
  const found = [];
  const wide = document.documentElement.scrollWidth;
  if (!isPrint && wide > width) found.push(`scrolls sideways: ${wide} pixels in a window of ${width}`);
  if (isPrint) {
    const shut = [...document.querySelectorAll("details")].filter((one) =>
      [...one.children].some((child) => child.tagName !== "SUMMARY" && !child.checkVisibility()),
    );
    if (shut.length) found.push(`${shut.length} folded parts are not printed, first ${shut[0].outerHTML.slice(0, 120)}`);
    const cut = [...document.querySelectorAll("body *")].filter((one) => {
      const isText = one.childNodes.length > 0 && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      return isText && one.getBoundingClientRect().right > width + 1;
    });
    if (cut.length) found.push(`${cut.length} texts are cut at the paper's edge, first ${cut[0].outerHTML.slice(0, 120)}`);
    const off = [...document.querySelectorAll("[data-v]")].filter((one) => one.getClientRects().length === 0);
    if (off.length) found.push(`${off.length} filtered rows are not printed`);
  }
  return found;
}

// Runs in the page: whether filter, search and links do what they say.
async function controls() {
  const found = [];
  const find = (id) => document.getElementById(id);
  const [open, all, search] = ["only-open", "all", "search"].map(find);
  if (!search) return ["has no search"];
  const rows = [...document.querySelectorAll("[data-v]")];
  const shown = (value) => rows.filter((row) => !row.classList.contains("off") && (!value || row.dataset.v === value)).length;
  open.click();
  if (shown("pass") || shown("na")) found.push("the filter leaves passed rows");
  if (shown("fail") !== rows.filter((row) => row.dataset.v === "fail").length) found.push("the filter hides failed rows");
  all.click();
  if (shown() !== rows.length) found.push("the filter cannot be undone");
  const type = (text) => { search.value = text; search.dispatchEvent(new Event("input")); };
  type("no row says this");
  if (shown()) found.push("the search finds what is not there");
  const hidden = rows.find((row) => row.id);
  location.hash = hidden.id;
  await new Promise((done) => setTimeout(done, 100));
  if (hidden.getClientRects().length === 0) found.push("a link to a hidden row does not show it");
  type("");
  history.replaceState(null, "", location.pathname);
  return found;
}

async function picture(page, path, way) {
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${path}.png` });
  if (way.media === "print") await page.pdf({ path: `${path}.pdf`, format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } });
}

setTimeout(() => {
  console.error("the browser does not answer");
  process.exit(1);
}, PATIENCE_MS).unref();

const given = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  if (given[0] === "--self-test") {
    process.exitCode = (await selfTest((file) => problems(browser, file))) ? 0 : 1;
  } else {
    const pictures = given[0] === "--pictures" ? given.splice(0, 2)[1] : undefined;
    if (!given.length) throw new Error("no report given");
    for (const file of given) {
      const found = await problems(browser, file, pictures);
      for (const line of found) console.log(line);
      console.log(`${file}: ${found.length ? `${found.length} problems` : `nothing wrong, opened in ${WAYS.length} ways`}`);
      if (found.length) process.exitCode = 1;
    }
  }
} finally {
  await browser.close();
}
