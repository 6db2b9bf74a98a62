// Keeps the trace of a running job fresh, and signs in where that is asked for. The page works without it.
"use strict";

const failed = "The cloud did not answer; trying again.";

async function refresh() {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  try {
    const answer = await fetch(location.href, {credentials: "same-origin", cache: "no-store"});
    if (answer.ok && !document.hidden) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const open of main.querySelectorAll("details[open]")) {
        const same = [...main.querySelectorAll("details")].indexOf(open);
        fresh.querySelectorAll("details")[same]?.setAttribute("open", "");
      }
      document.title = fresh.title;
      main.replaceWith(fresh.querySelector("main"));
    }
  } catch {
    main.dataset.notice = failed;
  }
  setTimeout(refresh, Number(main.dataset.live));
}

async function signIn(event) {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form));
  body.set("command", "login");
  body.set("response", "json");
  const refusal = form.querySelector("[role=alert]");
  try {
    const answer = await fetch("../api", {method: "POST", body, credentials: "same-origin"});
    if (answer.ok) return location.reload();
    const told = Object.values(await answer.json())[0];
    refusal.textContent = told.errortext;
  } catch {
    refusal.textContent = failed;
  }
}

document.querySelector("#sign-in")?.addEventListener("submit", signIn);
setTimeout(refresh, 500);
