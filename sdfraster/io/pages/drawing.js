/* The drawing as live SVG: zoom, pan, and what each shape is. */

data.then((all) => {
  if (all === null) return;
  const [stage, list, about] = ["drawing", "shapes", "shape"].map(element);
  const root = drawn(all.live);
  const shapes = new Map([...root.querySelectorAll("[data-shape]")].map((node) => [node.dataset.shape, node]));
  stage.append(root);

  /* What is seen: its left and top edge, and how much larger than all of it. */
  const view = { x: 0, y: 0, zoom: 1 };
  const MOST = 64;
  const show = () => {
    const [w, h] = [all.width / view.zoom, all.height / view.zoom];
    view.x = Math.min(Math.max(view.x, 0), all.width - w);
    view.y = Math.min(Math.max(view.y, 0), all.height - h);
    root.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
    stage.classList.toggle("zoomed", view.zoom > 1);
    element("zoom").textContent = `${Number(view.zoom.toPrecision(3))}x`;
  };
  const unit = () => all.width / view.zoom / stage.clientWidth;
  const zoomBy = (factor, px = stage.clientWidth / 2, py = stage.clientHeight / 2) => {
    const before = unit();
    view.zoom = Math.min(Math.max(view.zoom * factor, 1), MOST);
    view.x += px * (before - unit());
    view.y += py * (before - unit());
    show();
  };
  const moveBy = (px, py) => {
    view.x += px * unit();
    view.y += py * unit();
    show();
  };
  const reset = () => {
    Object.assign(view, { x: 0, y: 0, zoom: 1 });
    show();
  };

  element("in").addEventListener("click", () => zoomBy(1.5));
  element("out").addEventListener("click", () => zoomBy(1 / 1.5));
  element("all").addEventListener("click", reset);
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  stage.addEventListener("dblclick", (event) => zoomBy(event.shiftKey ? 0.5 : 2, ...at(event)));
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-0.005 * event.deltaY), ...at(event));
  }, { passive: false });
  const KEYS = {
    "+": () => zoomBy(1.5), "=": () => zoomBy(1.5), "-": () => zoomBy(1 / 1.5), 0: reset,
    ArrowLeft: () => moveBy(-40, 0), ArrowRight: () => moveBy(40, 0),
    ArrowUp: () => moveBy(0, -40), ArrowDown: () => moveBy(0, 40),
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  /* Fingers and mouse: one moves, two zoom. */
  const down = new Map();
  const spread = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  stage.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, at(event));
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("moving");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return point(event);
    const before = [...down.values()];
    const [x, y] = down.get(event.pointerId);
    const now = at(event);
    down.set(event.pointerId, now);
    if (down.size === 1) return moveBy(x - now[0], y - now[1]);
    const after = [...down.values()];
    return zoomBy(spread(after) / Math.max(spread(before), 1), ...now);
  });
  for (const end of ["pointerup", "pointercancel"])
    stage.addEventListener(end, (event) => {
      down.delete(event.pointerId);
      stage.classList.toggle("moving", down.size > 0);
    });

  /* Shapes: the one under the pointer, or the one chosen from the list. */
  const [name, color, worth] = [
    (n) => `${all.kind} ${all.shapes[n][0]}`,
    (n) => all.shapes[n][1].join(" to "),
    (n) => `${number(all.shapes[n][2], 3)} dB`,
  ];
  let [marked, halos] = [null, []];
  const mark = (n) => {
    if (n === marked) return;
    marked = n;
    halos.forEach((halo) => halo.remove());
    halos = [];
    about.replaceChildren();
    if (n === null) {
      about.textContent = "Point at a shape, or choose one.";
      return;
    }
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    const colors = all.shapes[n][1];
    swatch.style.background = `linear-gradient(to right, ${colors.length > 1 ? colors : [colors[0], colors[0]]})`;
    about.append(swatch, `${name(n)}, ${color(n)}, worth ${worth(n)}`);
    halos = [["#000", 5], ["#fff", 2.5]].map(([stroke, width]) => {
      const halo = shapes.get(String(n)).cloneNode(false);
      for (const key of ["data-shape", "opacity", "fill-opacity", "stroke-opacity", "id"]) halo.removeAttribute(key);
      halo.setAttribute("class", "halo");
      halo.style.cssText = `fill: none; stroke: ${stroke}; stroke-width: ${width}px`;
      root.append(halo);
      return halo;
    });
  };
  const point = (event) => {
    const hit = event.target.closest("[data-shape]");
    mark(hit ? Number(hit.dataset.shape) : chosen());
  };
  const chosen = () => (list.value === "" ? null : Number(list.value));
  stage.addEventListener("pointerleave", () => mark(chosen()));
  const order = all.shapes.map((_, n) => n).sort((a, b) => all.shapes[b][2] - all.shapes[a][2]).slice(0, 2000);
  list.append(...order.map((n) => new Option(`${worth(n)}, ${name(n)}, ${color(n)}`, n)));
  list.addEventListener("change", () => mark(chosen()));
  show();
});
