"use strict";
(() => {
  const film = document.getElementById("film");
  const curves = [...document.querySelectorAll("svg.curve")];
  const LEFT = 44, WIDTH = 1000;

  const show = (t) => {
    for (const curve of curves) {
      const start = +curve.dataset.start, end = +curve.dataset.end, cursor = curve.querySelector(".cursor");
      const x = t < start || t > end ? -9 : LEFT + ((t - start) / (end - start)) * (WIDTH - LEFT);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    }
  };

  const seek = (t) => {
    show(t);
    if (film) film.currentTime = t;
  };

  for (const place of document.querySelectorAll("[data-at]")) {
    place.addEventListener("click", (event) => {
      if (film) event.preventDefault();
      event.stopPropagation();
      seek(+place.dataset.at);
    });
  }

  for (const curve of curves) {
    curve.addEventListener("click", (event) => {
      const box = curve.getBoundingClientRect();
      const share = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT);
      const start = +curve.dataset.start, end = +curve.dataset.end;
      seek(start + Math.min(1, Math.max(0, share)) * (end - start));
    });
  }

  if (film) {
    let following = 0; // one frame at a time, however many events ask for it
    const follow = () => {
      show(film.currentTime);
      following = film.paused ? 0 : requestAnimationFrame(follow);
    };
    for (const name of ["play", "seeked", "timeupdate"]) film.addEventListener(name, () => following || follow());
  }
})();
