// Pages with one seeded defect each, which the check must find, and one without, in which it must find nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const STYLE = `body{background:#fff;color:#111}a{color:#0b57a4}.off{display:none}
@media (prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#8ab8f0}}
@media print{.off{display:block}details::details-content{content-visibility:visible;height:auto}}`;

const SCRIPT = `const rows=[...document.querySelectorAll("[data-v]")],by=(id)=>document.getElementById(id);
const show=()=>{for(const row of rows)row.classList.toggle("off",(by("only-open").checked&&row.dataset.v==="pass")||!row.textContent.includes(by("search").value))};
for(const id of["only-open","all","search"])by(id).addEventListener("input",show);
addEventListener("hashchange",()=>{by("search").value="";by("all").checked=true;show()});`;

function page({ head = "", style = STYLE, script = SCRIPT, body = "" }) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>A page</title>${head}<style>${style}</style></head><body><main><h1>A page</h1>
<p><label><input type="radio" name="shown" id="only-open"> open</label> <label><input type="radio" name="shown" id="all" checked> all</label></p>
<p><label>Search <input type="search" id="search"></label></p>
<div id="one" data-v="fail">failed</div><div id="two" data-v="pass">passed</div>
<details><summary>More</summary><p>folded in</p></details>${body}</main><script>${script}</script></body></html>`;
}

const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

// By name: the page, and what must be said of it.
const SEEDED = {
  "image-without-text": [page({ body: `<img src="${PIXEL}">` }), "axe image-alt"],
  "pale-in-the-dark": [page({ style: `${STYLE}@media (prefers-color-scheme:dark){body{color:#333}}` }), "[dark] axe color-contrast"],
  "script-against-the-policy": [
    page({ head: `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` }),
    "[light] console:",
  ],
  "failing-script": [page({ script: `${SCRIPT}throw new Error("seeded")` }), "[light] script: seeded"],
  "network": [page({ body: `<img alt="x" src="http://127.0.0.1:9/x.png">` }), "asks for http://127.0.0.1:9/x.png"],
  "folded-in-print": [page({ style: STYLE.replace(/details::details-content\{[^}]*\}/, "") }), "[print] 1 folded parts"],
  "filtered-in-print": [page({ style: STYLE.replace(".off{display:block}", "[data-v]{display:none}") }), "[print] 2 filtered rows"],
  "cut-in-print": [page({ body: `<p class="w">cut</p>`, style: `${STYLE}@media print{.w{margin-left:700px}}` }), "[print] 1 texts are cut"],
  "wide": [page({ body: `<div class="w">x</div>`, style: `${STYLE}.w{width:700px}` }), "[narrow] scrolls sideways"],
  "dead-filter": [page({ script: "0" }), "[light] the filter leaves passed rows"],
  "dead-link": [page({ script: SCRIPT.replace(/addEventListener\("hashchange".*$/s, "") }), "[light] a link to a hidden row"],
};

export async function selfTest(problems) {
  const folder = mkdtempSync(join(tmpdir(), "report-in-a-browser-"));
  let good = true;
  const say = (name, holds, found) => {
    console.log(`${name}: ${holds ? "as it must be" : `NOT as it must be: ${JSON.stringify(found)}`}`);
    good &&= holds;
  };
  try {
    const of = async (name, text) => {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, text);
      return problems(file);
    };
    const clean = await of("clean", page({}));
    say("clean", clean.length === 0, clean);
    for (const [name, [text, wanted]] of Object.entries(SEEDED)) {
      const found = await of(name, text);
      say(name, found.some((line) => line.includes(wanted)), found);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return good;
}
