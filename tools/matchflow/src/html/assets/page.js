// Updates the page while it is looked at, copies commands, and takes keys. Without it every page works, and stays as it is.
(() => {
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
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status === 403 ? "the dashboard was started again: open its new address" : `it answered ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!isInUse()) {
        Idiomorph.morph(document.querySelector("main"), page.querySelector("main"), {
          callbacks: { beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details")) },
        });
        document.getElementById("asked").replaceWith(page.getElementById("asked"));
        showButtons();
      }
      say("");
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

  const places = { o: "/", f: "/failures", s: "/statistics" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector("[role=search] input").focus();
    } else if (event.key === "p") {
      paused = !paused;
      say(paused ? "Updates are stopped" : "");
    } else if (places[event.key]) {
      location.assign(places[event.key]);
    }
  });
  document.addEventListener("DOMContentLoaded", showButtons);
})();
