"use strict";
(() => {
  // A browser takes seconds to lay out ten thousand rows, so it gets them by the page.
  const PAGE = 500;
  const rows = Array.from(document.getElementById("table").rows);
  const texts = [];
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const shown = document.getElementById("shown");
  const more = document.getElementById("more");
  const good = new Set(["scheduled", "disabled", "unchanged"]);
  const textOf = (index) => (texts[index] ??= rows[index].textContent.toLowerCase());
  let most = PAGE;
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = status.value;
    let count = 0;
    rows.forEach((row, index) => {
      const own = row.dataset.status;
      const fits = (wanted === "" || (wanted === "!" ? !good.has(own) : own === wanted)) &&
        words.every((word) => textOf(index).includes(word));
      if (fits) count += 1;
      const hidden = !fits || count > most;
      if (row.hidden !== hidden) row.hidden = hidden;
    });
    more.hidden = count <= most;
    shown.textContent = count + " of " + rows.length + " rows" + (count > most ? ", the first " + most + " of them here" : "");
  };
  const filter = () => { most = PAGE; show(); };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); };
  search.addEventListener("input", soon);
  status.addEventListener("input", filter);
  more.addEventListener("click", () => { most += PAGE; show(); });
  // Paper has no button to press.
  addEventListener("beforeprint", () => { most = Infinity; show(); });
  addEventListener("afterprint", filter);
  document.querySelector(".controls").hidden = false;
  filter();
})();
