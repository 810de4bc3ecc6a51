"use strict";
// Keys, focus, and the version that all forms share. Without this file every form works as a form does.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const leaves = () => all(".leaf");
  const leafOf = element => element?.closest?.(".leaf") ?? null;
  const waiting = leaf => leaf.dataset.standing === "proposed";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let last = -1; // where the work is, should the element that had the focus go away

  function go(leaf) {
    if (!leaf) return;
    leaf.focus({ preventScroll: true });
    leaf.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }

  function step(by) {
    const list = leaves();
    const here = list.indexOf(leafOf(document.activeElement));
    go(list[here < 0 ? Math.max(last, 0) : Math.min(Math.max(here + by, 0), list.length - 1)]);
  }

  function nextWaiting(after) {
    const list = leaves();
    const here = list.indexOf(after);
    return [...list.slice(here + 1), ...list.slice(0, Math.max(here, 0))].find(waiting);
  }

  function firstField(leaf) {
    return leaf?.querySelector("form.edit :is(input:not([type=hidden]), select, textarea)");
  }

  function press(leaf, does) {
    leaf?.querySelector(`[data-does=${does}]`)?.click();
  }

  function decide(leaf, does) {
    const next = nextWaiting(leaf);
    press(leaf, does);
    go(next ?? leaf);
  }

  const KEYS = {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    x: leaf => leaf && decide(leaf, "confirm"),
    d: leaf => leaf && decide(leaf, "dismiss"),
    e: leaf => press(leaf, "edit"),
    "?": () => {
      const keys = document.getElementById("keys");
      if (!keys) return;
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    },
  };

  function wanted() {
    const box = document.getElementById("keys-on");
    return Boolean(document.getElementById("cac-muc")) && (!box || box.checked);
  }

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !wanted()) return;
    const leaf = leafOf(event.target);
    if (event.key === "Escape" && leaf?.classList.contains("editing")) return press(leaf, "close");
    if (event.target.closest("input, select, textarea")) return;
    if (event.key === "Enter" && event.target === leaf) {
      event.preventDefault();
      return decide(leaf, "confirm");
    }
    const arrow = event.key.startsWith("Arrow");
    if (arrow && (!leaf || event.target.closest("summary"))) return; // the page itself scrolls
    const act = KEYS[event.key];
    if (act) {
      event.preventDefault();
      act(leaf);
    }
  });

  // The words of the leaf at work are marked in the text, and the text is rolled there.
  document.addEventListener("focusin", event => {
    const leaf = leafOf(event.target);
    if (!leaf) return;
    last = leaves().indexOf(leaf);
    show(leaf.dataset.key);
  });

  function show(key) {
    all("mark.on").forEach(mark => mark.classList.remove("on"));
    const marks = all("mark[data-leaves]").filter(mark => mark.dataset.leaves.split(" ").includes(key));
    marks.forEach(mark => mark.classList.add("on"));
    const paper = document.getElementById("van-ban");
    if (!marks.length || !paper || paper.scrollHeight <= paper.clientHeight) return;
    const top = marks[0].getBoundingClientRect().top - paper.getBoundingClientRect().top;
    if (top < 40 || top > paper.clientHeight - 80) {
      paper.scrollBy({ top: top - paper.clientHeight / 3, behavior: calm.matches ? "auto" : "smooth" });
    }
  }

  document.addEventListener("click", event => {
    const mark = event.target.closest("mark[data-leaf] a");
    const link = event.target.closest("[data-leaf-link]");
    const to = (mark ?? link)?.getAttribute("href");
    if (to) {
      event.preventDefault();
      go(document.querySelector(to));
    }
    if (event.target.closest("[data-next]")) {
      event.preventDefault();
      go(nextWaiting(leafOf(document.activeElement)));
    }
    const quote = event.target.closest("[data-quote]");
    if (quote) show(leafOf(quote).dataset.key);
  });

  // One version for every form: what was just decided here is not somebody else's change.
  function settle() {
    const status = document.getElementById("status");
    if (status) all("input[name=version]").forEach(input => { input.value = status.dataset.version; });
    const standings = Object.fromEntries(leaves().map(leaf => [leaf.dataset.key, leaf.dataset.standing]));
    all("mark[data-leaf]").forEach(mark => { mark.dataset.standing = standings[mark.dataset.leaf] ?? "dismissed"; });
  }

  document.addEventListener("htmx:afterSwap", event => {
    settle();
    const active = document.activeElement; // htmx finds the element of the same id again
    const leaf = leafOf(active);
    if (active !== document.body && active !== leaf) return;
    const here = leaf ?? leaves()[Math.min(Math.max(last, 0), leaves().length - 1)];
    const field = firstField(here);
    field ? field.focus() : go(here);
  });
  document.addEventListener("htmx:oobAfterSwap", settle);

  document.addEventListener("htmx:afterRequest", event => {
    const adds = event.detail.elt?.dataset?.adds;
    const added = adds && document.getElementById(adds);
    firstField(added)?.focus();
  });

  document.addEventListener("htmx:beforeRequest", event => {
    const there = document.getElementById(event.detail.elt?.dataset?.adds ?? "");
    if (there) {
      event.preventDefault();
      go(there);
    }
  });

  function away() {
    const said = document.getElementById("said");
    if (said) said.textContent = said.dataset.away;
  }
  document.addEventListener("htmx:beforeSwap", event => {
    const type = event.detail.xhr.getResponseHeader("content-type") ?? "";
    if (!type.startsWith("text/html")) {
      event.detail.shouldSwap = false;
      away();
    } else if (event.detail.xhr.status < 300) {
      const said = document.getElementById("said");
      if (said) said.textContent = "";
    }
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, away);

  document.addEventListener("submit", event => {
    if (!event.target.matches("[data-reads]")) return;
    const busy = event.target.querySelector("[data-busy]");
    busy.textContent = busy.dataset.busy;
    event.target.querySelector("button[type=submit]").setAttribute("aria-disabled", "true");
  });

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("keys-on");
    if (box) {
      document.getElementById("keys-choice").hidden = false;
      box.checked = localStorage.getItem("lantoa-keys") !== "off";
      box.addEventListener("change", () => localStorage.setItem("lantoa-keys", box.checked ? "on" : "off"));
    }
    const opened = location.hash.startsWith("#leaf-") && document.querySelector(location.hash);
    if (opened) go(opened);
  });
})();
