/* Loss and PSNR over the fit. */

data.then((all) => {
  if (all === null || all.history.length < 2) return;
  const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [480, 240, 56, 34, 10, 12];
  const COLUMNS = { step: 0, loss: 1, seconds: 2, psnr: 3 };
  const DEEP = 4; /* magnitudes above the least loss that are shown */

  /* Return some four round numbers of a range. */
  const ticks = (low, high) => {
    const rough = (high - low) / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((each) => each >= rough);
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step);
  };
  /* Return round numbers of a range of logarithms: some of 1, 2 and 5 in each magnitude. */
  const magnitudes = (low, high) => {
    const all = [];
    for (let power = Math.floor(low); power <= high; power += 1)
      for (const k of high - low > 2.5 ? [1] : [1, 2, 5]) all.push(power + Math.log10(k));
    const inside = all.filter((value) => value >= low && value <= high);
    return inside.length > 1 ? inside : ticks(low, high);
  };
  const short = (value) => Number(value.toPrecision(4)).toString();

  const chart = (title, of, unit, scale, label, round) => {
    const figure = document.createElement("figure");
    let now = null;
    const draw = (over) => {
      const rows = all.history.filter((row) => row[COLUMNS[of]] !== null);
      if (rows.length < 2) return false;
      const xs = rows.map((row) => row[COLUMNS[over]]);
      const ys = rows.map((row) => scale(row[COLUMNS[of]]));
      const [x0, x1] = [0, xs[xs.length - 1]];
      const high = Math.max(...ys);
      const low = of === "loss" ? Math.max(Math.min(...ys), high - DEEP) : Math.min(...ys);
      const room = 0.05 * (high - low || 1);
      const [y0, y1] = [low - room, high + room];
      const x = (value) => LEFT + ((value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT);
      const y = (value) => HEIGHT - BOTTOM - ((value - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM);
      const first = label(ys[0]);
      const end = label(ys[ys.length - 1]);
      const described = `${title}: from ${first} at first to ${end} at the end, after ${short(x1)} ${over === "step" ? "steps" : "seconds"}`;
      const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": described });
      for (const value of round(y0, y1))
        picture.append(
          svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
          svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, label(value)),
        );
      for (const value of ticks(x0, x1))
        picture.append(svg("text", { x: x(value), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, short(value)));
      picture.append(
        svg("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" }, over === "step" ? "steps" : "seconds"),
        svg("path", { class: "curve", d: `M${xs.map((value, k) => `${x(value)},${y(ys[k])}`).join("L")}` }),
      );
      now = svg("line", { class: "now", y1: TOP, y2: HEIGHT - BOTTOM, visibility: "hidden" });
      picture.append(now);
      const caption = document.createElement("figcaption");
      caption.textContent = `${title}${unit}`;
      figure.replaceChildren(caption, picture);
      figure.place = (moment) => {
        const value = x(Math.min(moment[over], x1));
        now.setAttribute("x1", value);
        now.setAttribute("x2", value);
        now.setAttribute("visibility", "visible");
      };
      return true;
    };
    return { figure, draw };
  };

  const identity = (value) => value;
  const charts = [
    chart("PSNR", "psnr", ", dB", identity, short, ticks),
    chart("Loss", "loss", ", logarithmic", (value) => Math.log10(Math.max(value, 1e-12)), (value) => Number((10 ** value).toPrecision(2)).toString(), magnitudes),
  ];
  let moment = all.frames[all.frames.length - 1];
  const place = () => charts.forEach(({ figure }) => figure.place?.(moment));
  const draw = (over) => {
    element("curves").replaceChildren(...charts.filter((each) => each.draw(over)).map((each) => each.figure));
    place();
  };
  moments.addEventListener("moment", (event) => {
    moment = event.detail;
    place();
  });
  for (const choice of document.getElementsByName("over"))
    choice.addEventListener("change", () => draw(choice.value));
  draw("seconds");
});
