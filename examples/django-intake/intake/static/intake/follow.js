// Keeps the page's progress fresh until the request is at rest. Without this script the page reloads itself.
const progress = document.getElementById("progress");
const news = document.getElementById("news"); // what a screen reader says
const SOON = 500;
const LATER = 5000; // after a minute, or when the server cannot be reached
const started = Date.now();
let shown = "";

async function refresh() {
  const answer = await fetch(progress.dataset.url);
  if (!answer.ok) throw new Error(answer.status);
  const now = await answer.text();
  if (now === shown) return; // what is selected or focused stays so
  progress.innerHTML = shown = now;
  const headline = progress.querySelector("h1").textContent;
  if (news.textContent !== headline) news.textContent = headline;
}

async function follow() {
  if (progress.querySelector("[data-at-rest]")) return;
  let pause = Date.now() - started < 60000 ? SOON : LATER;
  try {
    if (!document.hidden) await refresh();
  } catch {
    pause = LATER;
  }
  setTimeout(follow, pause);
}

follow();
