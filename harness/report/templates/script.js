"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const rows = [...document.querySelectorAll("[data-v]")];
  const settled = new Set(["pass", "na"]);
  const [onlyOpen, all, search, told] = ["only-open", "all", "search", "hidden-rows"].map(find);
  let texts;

  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    if (wanted) texts ??= rows.map((row) => row.textContent.toLowerCase());
    let hidden = 0;
    rows.forEach((row, n) => {
      const off = (onlyOpen.checked && settled.has(row.dataset.v)) || (wanted && !texts[n].includes(wanted));
      row.classList.toggle("off", Boolean(off));
      hidden += off ? 1 : 0;
    });
    told.textContent = hidden ? told.dataset.text.replace("{count}", hidden.toLocaleString(document.documentElement.lang)) : "";
  };

  // A link leads somewhere also if what it leads to is filtered out or folded in.
  const reveal = () => {
    const target = find(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const isEmpty = target.querySelector(".off") && !target.querySelector("[data-v]:not(.off)");
    if (isEmpty || target.closest(".off")) {
      all.checked = true;
      search.value = "";
      show();
    }
    for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    target.scrollIntoView();
  };

  const copy = async (button) => {
    const command = button.previousElementSibling;
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = before; }, 2000);
    } catch {
      getSelection().selectAllChildren(command);
    }
  };

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
  addEventListener("hashchange", reveal);
  for (const one of [onlyOpen, all, search]) one.addEventListener("input", show);
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  find("controls").hidden = false;
  onlyOpen.checked = rows.some((row) => row.dataset.v === "fail");
  show();
  if (location.hash) reveal();
})();
