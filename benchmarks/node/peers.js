// The SVG that a tool of npm makes of a picture: node peers.js TOOL WIDTH HEIGHT COUNT SHAPE < RGBA > SVG
const [tool, width, height, count] = [process.argv[2], ...process.argv.slice(3, 6).map(Number)];
const shape = process.argv[6];
const data = require("fs").readFileSync(0);

// Settings are those of its README; it begins in the mean colour, which is the background.
function geometrize() {
  const { Bitmap, ImageRunner, ShapeTypes, SvgExporter } = require("geometrizejs");
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i++) if (i % 4 < 3) sums[i % 4] += data[i];
  const [r, g, b] = sums.map((sum) => Math.round(sum / (width * height)));
  const background = (r << 24) | (g << 16) | (b << 8) | 255;
  const runner = new ImageRunner(Bitmap.createFromByteArray(width, height, data), background);
  const options = {
    shapeTypes: [ShapeTypes[shape]],
    candidateShapesPerStep: 50,
    shapeMutationsPerStep: 100,
    alpha: 128,
  };
  const shapes = [];
  for (let i = 0; i < count; i++) shapes.push(SvgExporter.exportShapes(runner.step(options)));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="${width}" height="${height}" fill="rgb(${r},${g},${b})"/>
${shapes.join("\n")}
</svg>`;
}

// As many vertices as give the most triangles that are not more than asked for.
function triangulate() {
  const make = require("triangulate-image");
  const image = { width, height, data: new Uint8ClampedArray(data) };
  const triangles = (svg) => svg.split("<polygon").length - 1;
  let [low, high, found] = [4, count, ""];
  while (low <= high) {
    const vertexCount = (low + high) >> 1;
    const svg = make({ vertexCount }).fromImageDataSync(image).toSVGSync();
    if (triangles(svg) <= count) [low, found] = [vertexCount + 1, svg];
    else high = vertexCount - 1;
  }
  return found;
}

process.stdout.write({ geometrizejs: geometrize, "triangulate-image": triangulate }[tool]());
