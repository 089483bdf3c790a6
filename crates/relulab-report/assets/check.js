// The page's behaviour: theme, search and order of the claims. Everything else works without it. No request is made.
"use strict";
(() => {
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  const themeButton = document.getElementById("theme");
  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "system") + 1) % themes.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    themeButton.textContent = "Theme: " + next;
  });

  const table = document.getElementById("claim-table");
  const claims = [...table.querySelectorAll("tbody.claim")];
  const bodies = [...table.tBodies];
  const words = new Map(claims.map((claim) => [claim, claim.textContent.toLowerCase()]));
  const search = document.getElementById("claim-search");
  const order = document.getElementById("claim-order");
  const shown = document.getElementById("claim-shown");
  const openButton = document.getElementById("claim-open");
  document.getElementById("claim-controls").hidden = false;

  // A section's heading is of use only in the paper's order, and where one of its claims is visible.
  const tidyHeadings = () => {
    let heading = null;
    let visible = 0;
    for (const body of bodies) {
      if (!body.classList.contains("claim")) {
        heading = body;
        heading.hidden = true;
      } else if (getComputedStyle(body).display !== "none") {
        visible += 1;
        if (heading && order.value === "paper") heading.hidden = false;
      }
    }
    shown.textContent = visible === claims.length ? "" : visible + " of " + claims.length + " claims";
  };

  const find = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const claim of claims) claim.hidden = !wanted.every((word) => words.get(claim).includes(word));
    tidyHeadings();
  };

  const number = (claim, key) => Number(claim.dataset[key]);
  const keys = {
    best: (claim) => number(claim, "rank"),
    worst: (claim) => -number(claim, "rank"),
    divided: (claim) => -number(claim, "divided"),
    seeds: (claim) => number(claim, "seeds"),
  };
  const sort = () => {
    const key = keys[order.value];
    const sorted = key
      ? [...claims].sort((a, b) => key(a) - key(b) || number(a, "order") - number(b, "order"))
      : bodies;
    table.append(...sorted);
    tidyHeadings();
  };

  search.addEventListener("input", find);
  order.addEventListener("change", sort);
  for (const box of document.querySelectorAll(".boxes input")) box.addEventListener("change", tidyHeadings);
  openButton.addEventListener("click", () => {
    const open = openButton.textContent === "Open all";
    for (const details of table.querySelectorAll("details")) details.open = open;
    openButton.textContent = open ? "Close all" : "Open all";
  });

  // A link to a claim that is hidden brings it back.
  const reveal = () => {
    const claim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!claim || !claim.classList.contains("claim")) return;
    const box = document.getElementById("show-" + claim.dataset.verdict);
    box.checked = true;
    if (claim.hidden) search.value = "";
    find();
    claim.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", reveal);
  sort();
  find();
  reveal();
})();
