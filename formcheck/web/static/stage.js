// Draws the picture with the skeleton, and the line from shoulder over hip to knee, amber until it is straight.

const BONES = [[11, 13], [13, 15], [12, 14], [14, 16], [11, 12], [23, 24], [11, 23], [12, 24], [23, 25], [25, 27], [24, 26], [26, 28],
  [27, 29], [29, 31], [28, 30], [30, 32], [7, 8]];
const NEAR = { left: [11, 23, 25, 27], right: [12, 24, 26, 28] };
const AMBER = "#ffb020", GREEN = "#37d67a", SKIN = "#ffffffa0";

// How somebody lies, as a dashed outline: head at the left, for hip lift and leg curl.
export const OUTLINES = {
  hip_lift: "M70 245 a22 22 0 1 0 44 0 a22 22 0 1 0 -44 0 M120 262 L300 268 L410 150 L470 270 L520 270 M140 272 L300 285",
  leg_curl: "M70 245 a22 22 0 1 0 44 0 a22 22 0 1 0 -44 0 M120 258 L310 258 L450 266 L455 160 M310 262 L560 268",
};

export function draw(canvas, video, tick, within) {
  const [width, height] = tick?.size ?? [video.videoWidth, video.videoHeight];
  if (!width) return;
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, width, height);
  const pose = tick?.pose;
  if (!pose) return;
  const at = (n) => [pose[2 * n], pose[2 * n + 1]];
  pen.lineCap = pen.lineJoin = "round";
  stroke(pen, SKIN, width / 210, BONES.map(([a, b]) => [at(a), at(b)]));
  const near = NEAR[tick.near];
  if (near) {
    const path = within.leg ? near.slice(1) : near.slice(0, 3);
    stroke(pen, "#10201f", width / 55, [path.map(at)]);
    stroke(pen, within.straight(tick) ? GREEN : AMBER, width / 80, [path.map(at)]);
  }
}

function stroke(pen, colour, size, paths) {
  pen.strokeStyle = colour;
  pen.lineWidth = size;
  pen.beginPath();
  for (const [first, ...rest] of paths) { pen.moveTo(...first); for (const point of rest) pen.lineTo(...point); }
  pen.stroke();
}
