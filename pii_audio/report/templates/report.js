"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const secrets = all("details.said");
  const reveals = all("button.reveal");
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));

  for (const button of reveals) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      for (const secret of secrets) secret.open = open;
      for (const other of reveals) {
        press(other, open);
        other.textContent = open ? other.dataset.hide : other.dataset.show;
      }
    });
  }

  const filter = document.querySelector(".filter");
  if (filter) {
    const buttons = [...filter.querySelectorAll("button")];
    const rows = all("tr[data-types]");
    const show = (type) => {
      let shown = 0;
      for (const row of rows) {
        row.hidden = type !== "" && !row.dataset.types.split(" ").includes(type);
        shown += row.hidden ? 0 : 1;
      }
      for (const button of buttons) press(button, button.dataset.type === type);
      filter.querySelector("[role=status]").textContent = filter.dataset.count.replace("#", shown);
    };
    filter.hidden = false;
    for (const button of buttons) button.addEventListener("click", () => show(button.dataset.type));
    // A link to a clip that the filter hides shows everything again.
    for (const link of all('a[href^="#clip-"]')) {
      link.addEventListener("click", () => {
        if (document.querySelector(link.getAttribute("href"))?.hidden) show("");
      });
    }
  }
})();
