"use strict";
(() => {
  const rows = Array.from(document.getElementById("table").rows);
  const texts = [];
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const shown = document.getElementById("shown");
  const good = new Set(["scheduled", "disabled", "unchanged"]);
  const textOf = (index) => (texts[index] ??= rows[index].textContent.toLowerCase());
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = status.value;
    let count = 0;
    rows.forEach((row, index) => {
      const own = row.dataset.status;
      const fits = (wanted === "" || (wanted === "!" ? !good.has(own) : own === wanted)) &&
        words.every((word) => textOf(index).includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      if (fits) count += 1;
    });
    shown.textContent = count + " of " + rows.length + " rows";
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); };
  search.addEventListener("input", soon);
  status.addEventListener("input", filter);
  document.querySelector(".controls").hidden = false;
  filter();
})();
