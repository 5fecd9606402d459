// A bulk change under way is followed: once a second the part that tells how far it is comes anew.
import { $ } from "./app.js";

const followed = $("[data-follow]");
const isRunning = () => $("[data-running=true]", followed);
async function follow() {
  try {
    const answer = await fetch(followed.dataset.follow, { redirect: "error", signal: AbortSignal.timeout(5000) });
    if (answer.ok) {
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
      const said = $("[role=status]", followed);
      const words = $("[role=status]", fresh)?.textContent;
      // What is read out stays the same element.
      if (said && words && said.textContent !== words) said.textContent = words;
      if (said) $("[role=status]", fresh).replaceWith(said);
      followed.replaceChildren(fresh);
    }
  } catch {
    // The next time it may answer again.
  }
  if (isRunning()) setTimeout(follow, document.hidden ? 5000 : 1000);
  else location.reload();
}
if (followed && isRunning()) setTimeout(follow, 1000);
