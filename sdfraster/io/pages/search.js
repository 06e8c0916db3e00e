/* The search: its moments as SVG, one after the other. */

const moments = new EventTarget(); /* tells the curves where the slider is */

data.then((all) => {
  if (all === null) return;
  const [slider, play] = ["moment", "play"].map(element);
  const last = all.frames.length - 1;
  if (last === 0) {
    element("search").hidden = true;
    return;
  }
  slider.max = last;
  slider.value = last;
  const show = () => {
    const frame = all.frames[slider.value];
    const decibels = frame.psnr === null ? "" : `, ${number(frame.psnr, 2)} dB`;
    const text = `Step ${frame.step}, ${number(frame.seconds, 2)} s, ${frame.count} shapes${decibels}`;
    const ends = Number(slider.value) === last ? "Result: " : "";
    element("readout").textContent = ends + text;
    slider.setAttribute("aria-valuetext", ends + text);
    element("frame").replaceChildren(drawn(frame.svg ?? all.svg));
    moments.dispatchEvent(new CustomEvent("moment", { detail: frame }));
  };
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.setAttribute("aria-pressed", "false");
    play.textContent = "Play";
  };
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (Number(slider.value) === last) slider.value = 0;
    play.setAttribute("aria-pressed", "true");
    play.textContent = "Pause";
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) === last) stop();
    }, 150);
    return show();
  });
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  show();
});
