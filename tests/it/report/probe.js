// Looks at the page in the frame as a person would, and says what it saw in the title.
const frame = document.getElementById("frame");
frame.addEventListener("load", () => {
  const page = frame.contentDocument;
  const view = frame.contentWindow;
  const table = page.getElementById("table");
  const rows = Array.from(table ? table.rows : []);
  const seen = () => rows.filter((row) => row.getClientRects().length > 0).length;
  const search = page.getElementById("search");
  const status = page.getElementById("status");
  const filter = (words, wanted) => {
    const began = performance.now();
    search.value = words;
    status.value = wanted;
    status.dispatchEvent(new view.Event("input"));
    const here = seen();
    return { here, shown: page.getElementById("shown").textContent, milliseconds: Math.round(performance.now() - began) };
  };
  const luminance = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = view.getComputedStyle(at).backgroundColor;
      if (!/, 0\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const own = view.getComputedStyle(element);
    const [one, two] = [luminance(element.namespaceURI.endsWith("svg") ? own.fill : own.color), luminance(ground(element))];
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  };
  const words = page.querySelectorAll("h1, h2, p, .badge, .dim, th, dt, dd, svg text, tr:nth-child(-n+30) td, label");
  const root = page.documentElement;
  document.title = JSON.stringify({
    width: view.innerWidth,
    overflow: root.scrollWidth - root.clientWidth,
    requests: view.performance.getEntriesByType("resource").length,
    ground: luminance(view.getComputedStyle(page.body).backgroundColor),
    contrast: Math.min(...Array.from(words).map(contrast)),
    all: filter("", ""),
    searched: filter("needle 7777", ""),
    bad: filter("", "!"),
    again: filter("", ""),
    more: (page.getElementById("more").click(), seen()),
  });
});
frame.srcdoc = document.getElementById("page").textContent;
