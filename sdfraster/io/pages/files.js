/* The files of the fit, made of what is in the page. */

data.then((all) => {
  const place = element("files");
  const offer = (name, address) => {
    const link = document.createElement("a");
    link.className = "button";
    link.download = `drawing.${name}`;
    link.href = address;
    link.textContent = name.toUpperCase();
    place.append(link);
  };
  const text = (content, kind) => URL.createObjectURL(new Blob([content], { type: kind }));
  if (all !== null) {
    offer("svg", text(all.svg, "image/svg+xml"));
    offer("json", text(all.scene, "application/json"));
  }
  offer("png", element("result").src);
});
