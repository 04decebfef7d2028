"use strict";
(() => {
  const send = async (address, body) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };

  const failed = (error) => alert(error.message);

  for (const form of document.querySelectorAll("form[data-post]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const fields = new FormData(form), body = {};
      for (const name of new Set(fields.keys())) body[name] = fields.getAll(name);
      send(form.dataset.post, body).then((said) => {
        const place = form.dataset.answer && document.querySelector(form.dataset.answer);
        if (!place) return location.reload();
        place.textContent = said.answer;
        place.hidden = false;
        place.scrollIntoView({ block: "center" });
      }, failed);
    });
  }

  for (const choice of document.querySelectorAll("select[name=verdict]")) {
    choice.addEventListener("change", () => {
      choice.form.querySelector("fieldset").hidden = !["fault", "partial"].includes(choice.value);
    });
  }

  for (const button of document.querySelectorAll("button[data-post]")) {
    button.addEventListener("click", () => {
      if (button.dataset.sure && !confirm(button.dataset.sure)) return;
      send(button.dataset.post, JSON.parse(button.dataset.body || "{}")).then(() => {
        if (button.dataset.then) location.assign(button.dataset.then);
        else location.reload();
      }, failed);
    });
  }

  for (const button of document.querySelectorAll("button[data-go]")) {
    button.addEventListener("click", () => {
      const chosen = [...document.querySelectorAll("input[name=chosen]:checked")].map((box) => box.value);
      if (chosen.length !== 2) alert(button.dataset.need);
      else location.assign(`${button.dataset.go}&a=${chosen[0]}&b=${chosen[1]}`);
    });
  }

  const movers = [...document.querySelectorAll("[data-steps] article")].map((article) => ({
    svg: article.querySelector("svg"),
    steps: JSON.parse(article.querySelector("script").textContent),
  }));
  const put = (svg, step) => {
    const lines = (name, values) =>
      svg.querySelectorAll(`line.${name}`).forEach((line, k) => ["x1", "y1", "x2", "y2"].forEach((key, j) => line.setAttribute(key, values[k][j])));
    lines("far", step.far);
    lines("near", step.near);
    const head = svg.querySelector(".head");
    head.setAttribute("cx", step.head[0]);
    head.setAttribute("cy", step.head[1]);
    svg.querySelector(".judged")?.setAttribute("points", step.line.map((point) => point.join(",")).join(" "));
    svg.querySelectorAll(".joint").forEach((joint, k) => {
      joint.setAttribute("cx", step.line[k][0]);
      joint.setAttribute("cy", step.line[k][1]);
    });
    const ideal = svg.querySelector(".ideal");
    if (ideal) [["x1", 0, 0], ["y1", 0, 1], ["x2", 2, 0], ["y2", 2, 1]].forEach(([key, k, j]) => ideal.setAttribute(key, step.line[k][j]));
  };
  if (movers.length && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    const PERIOD_MS = 6000;
    const move = (now) => {
      for (const { svg, steps } of movers) {
        const step = svg && steps[Math.floor(((now % PERIOD_MS) / PERIOD_MS) * steps.length)];
        if (step) put(svg, step);
      }
      requestAnimationFrame(move);
    };
    requestAnimationFrame(move);
  }
})();
