/* Target and result: a divider between them, and how far they are apart. */

{
  const [cut, heat, canvas] = ["cut", "heat", "difference"].map(element);
  const move = () => {
    element("divided").style.setProperty("--cut", `${cut.value}%`);
    cut.setAttribute("aria-valuetext", `${Math.round(cut.value)} percent target`);
  };
  cut.addEventListener("input", move);
  move();

  /* Black, purple, orange, yellow, white: its lightness grows evenly. */
  const STOPS = [[0, 0, 0], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];
  const color = (t) => {
    const at = Math.min(t, 0.9999) * (STOPS.length - 1);
    const k = Math.floor(at);
    return STOPS[k].map((value, channel) => value + (at - k) * (STOPS[k + 1][channel] - value));
  };

  const pixels = (image) => {
    const side = document.createElement("canvas");
    side.width = image.naturalWidth;
    side.height = image.naturalHeight;
    const context = side.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, side.width, side.height);
  };

  const difference = async () => {
    const images = [element("target"), element("result")];
    await Promise.all(images.map((image) => image.decode()));
    const [a, b] = images.map((image) => pixels(image));
    const errors = new Uint8Array(a.width * a.height);
    for (let i = 0; i < errors.length; i += 1)
      for (let channel = 4 * i; channel < 4 * i + 4; channel += 1)
        errors[i] = Math.max(errors[i], Math.abs(a.data[channel] - b.data[channel]));
    const sorted = Uint8Array.from(errors).sort();
    const most = Math.max(1, sorted[Math.floor(0.995 * (sorted.length - 1))]);
    const table = Array.from({ length: 256 }, (_, error) => color(Math.min(1, error / most)));
    errors.forEach((error, i) => a.data.set([...table[error], 255], 4 * i));
    canvas.width = a.width;
    canvas.height = a.height;
    canvas.getContext("2d").putImageData(a, 0, 0);
    element("most").textContent = `${most}${sorted[sorted.length - 1] > most ? " and more" : ""}`;
    const stops = STOPS.map((_, k) => `rgb(${color(k / (STOPS.length - 1)).map(Math.round)})`);
    heat.querySelector(".bar").style.background = `linear-gradient(to right, ${stops})`;
  };

  let made = null;
  for (const choice of document.getElementsByName("right"))
    choice.addEventListener("change", async () => {
      const wanted = choice.value === "difference";
      if (wanted) await (made ??= difference());
      element("result").hidden = wanted;
      canvas.hidden = heat.hidden = !wanted;
      element("right-tag").textContent = wanted ? "Difference" : "Result";
    });
}
