// Updates the page while it is looked at, copies commands, and takes keys. Without it every page works, and stays as it is.
(() => {
  const STOPPED = "Updates are stopped";
  const every = () => Number(document.body.dataset.every);
  let paused = false, asking = false, asked = Date.now();

  const say = (text) => { document.getElementById("stale").textContent = text; };

  const isInUse = () => {
    const at = document.activeElement;
    return (at && at.matches("main input")) || !getSelection().isCollapsed;
  };

  const update = async () => {
    asking = true;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok) throw new Error(page.querySelector("main pre, main p")?.textContent ?? `it answered ${answer.status}`);
      if (!isInUse()) {
        Idiomorph.morph(document.querySelector("main"), page.querySelector("main"), {
          callbacks: { beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details")) },
        });
        document.getElementById("asked").replaceWith(page.getElementById("asked"));
        document.body.dataset.every = page.body.dataset.every ?? "";
        showButtons();
      }
      say(paused ? STOPPED : "");
    } catch (error) {
      say(`Not up to date: ${error.message}`);
    }
    asked = Date.now();
    asking = false;
  };

  const showButtons = () => document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });

  setInterval(() => {
    if (every() && !paused && !asking && !document.hidden && Date.now() - asked >= every()) update();
  }, 250);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) asked = 0; });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });

  // Whoever speaks to the page, or hits keys by mistake, can turn them off (WCAG 2.1.4).
  const areKeysOn = () => localStorage.getItem("keys") !== "off";
  const showKeys = () => { document.getElementById("keys").setAttribute("aria-pressed", areKeysOn()); };
  document.addEventListener("click", (event) => {
    if (event.target.id !== "keys") return;
    localStorage.setItem("keys", areKeysOn() ? "off" : "on");
    showKeys();
  });

  const places = { o: "/", f: "/failures", s: "/statistics" };
  document.addEventListener("keydown", (event) => {
    if (!areKeysOn() || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector("[role=search] input").focus();
    } else if (event.key === "p") {
      paused = !paused;
      say(paused ? STOPPED : "");
    } else if (places[event.key]) {
      location.assign(places[event.key]);
    }
  });
  document.addEventListener("DOMContentLoaded", () => { showButtons(); showKeys(); });
})();
