// The camera's picture as JPEG, each with the time it was taken.

export const WIDTH_PX = 640, QUALITY = 0.7;

export class CameraError extends Error {
  constructor(word) { super(word); this.word = word; }
}

export async function openCamera(video) {
  if (!navigator.mediaDevices) throw new CameraError("error_insecure");
  const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    const words = { NotAllowedError: "error_denied", SecurityError: "error_denied", NotFoundError: "error_no_camera",
      OverconstrainedError: "error_no_camera", NotReadableError: "error_busy", AbortError: "error_busy" };
    throw new CameraError(words[error.name] ?? "error_other");
  }
  video.srcObject = stream;
  await video.play();
  return stream;
}

// Calls `take(blob, taken_ms)` for every frame for which `wanted()` says yes. Returns a function that ends it.
export function eachFrame(video, wanted, take) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { alpha: false, desynchronized: true });
  let going = true, busy = false;
  const step = (now, info) => {
    if (!going) return;
    video.requestVideoFrameCallback(step);
    if (busy || !wanted() || !video.videoWidth) return;
    const scale = Math.min(1, WIDTH_PX / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * scale), height = Math.round(video.videoHeight * scale);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    pen.drawImage(video, 0, 0, width, height);
    const taken = performance.timeOrigin + (info.captureTime ?? now);
    busy = true;
    canvas.toBlob((blob) => { busy = false; if (going && blob) take(blob, taken, canvas); }, "image/jpeg", QUALITY);
  };
  video.requestVideoFrameCallback(step);
  return () => { going = false; };
}
