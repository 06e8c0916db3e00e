"use strict";
/* What the scripts of a report share: elements, numbers, SVG, and the data of the page. */

const element = (id) => document.getElementById(id);
const number = (value, digits) => (value === null ? "-" : value.toFixed(digits));

function trouble(text) {
  element("trouble").textContent = text;
  element("trouble").hidden = false;
}

/* Return an element of SVG with its attributes. */
function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/* Return a text of SVG as an element of the page, which fills its place. */
function drawn(text) {
  const root = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  root.setAttribute("width", "100%");
  root.setAttribute("height", "100%");
  return root;
}

/* Return the data: JSON, compressed, as base64. */
async function readData() {
  const bytes = Uint8Array.from(atob(element("data").textContent), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(plain).text());
}

const data = readData().catch(() => {
  trouble("This browser is too old for the drawing, the search and the curves: it cannot unpack them.");
  return null;
});
