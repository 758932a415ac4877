// Polls the page's progress until the request reaches a final state. Without this script the page reloads itself.
const progress = document.getElementById("progress");
const statusText = document.getElementById("status"); // read aloud by a screen reader when it changes
const SHORT_PAUSE = 500; // milliseconds
const LONG_PAUSE = 5000; // after a minute, or when the server cannot be reached
const started = Date.now();
let shown = "";

async function refresh() {
  const answer = await fetch(progress.dataset.url);
  if (!answer.ok) throw new Error(answer.status);
  const html = await answer.text();
  if (html === shown) return; // keeps the user's selection and focus
  progress.innerHTML = shown = html;
  const headline = progress.querySelector("h1").textContent;
  if (statusText.textContent !== headline) statusText.textContent = headline;
}

async function follow() {
  if (progress.querySelector("[data-final]")) return;
  let pause = Date.now() - started < 60000 ? SHORT_PAUSE : LONG_PAUSE;
  try {
    if (!document.hidden) await refresh();
  } catch {
    pause = LONG_PAUSE;
  }
  setTimeout(follow, pause);
}

follow();
