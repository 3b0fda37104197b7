// Keys and the lease, on top of a page that works without. Nothing here takes a step by itself: it presses what is there.
"use strict";

// --- keys: each stands on the button that it presses

const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
const visible = (element) => element.getClientRects().length > 0;

function press(element) {
  if (element.tagName === "SUMMARY") {
    const section = element.parentElement;
    section.open = !section.open;
    const first = section.open ? section.querySelector("[data-first]") : element;
    (first || element).focus({ preventScroll: true });
    section.scrollIntoView({ block: "nearest" });
    (first || element).scrollIntoView({ block: "nearest" });
  } else if (element.tagName === "TEXTAREA" || element.tagName === "INPUT") {
    element.focus();
  } else {
    element.click();
  }
}

if (document.body.dataset.keys === "on") {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.activeElement.closest("details[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && visible(one));
    if (found) { event.preventDefault(); press(found); }
  });
}

// A section that was opened by hand leads on to its first field as well.
for (const section of document.querySelectorAll("details.verdict")) {
  section.querySelector("summary").addEventListener("click", () => {
    requestAnimationFrame(() => { if (section.open) section.querySelector("[data-first]")?.focus({ preventScroll: true }); });
  });
}

// A choice other than the rules' wants a reason; the browser asks for it before the form is sent.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-rules]");
  if (!form) return;
  const values = [...form.querySelectorAll("select[name=value]")].some((one) => one.value && !("rule" in one.selectedOptions[0].dataset));
  const niks = [...form.querySelectorAll("input[name=keeps]")]
    .some((one) => (one.checked ? !("rule" in one.dataset) : one.type === "checkbox" && one.defaultChecked));
  form.elements.reason.required = values || niks;
});

// --- one form is sent once, however often its button is pressed

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

// --- paper

document.querySelector("[data-print]")?.addEventListener("click", () => print());

// --- the lease: prolonged while the page is looked at and used

const EVERY = 120_000;
const IDLE = 300_000;
const SOON = 60_000;
const lease = document.querySelector("[data-renew]");
if (lease) {
  let used = Date.now();
  const lost = document.querySelector("[data-lost]");
  const say = (problem, remedy) => {
    if (problem) lost.querySelector("[data-problem]").textContent = problem;
    if (remedy) lost.querySelector("[data-remedy]").textContent = remedy;
    lost.hidden = false;
  };
  let asking = false;
  let over = false;
  const renew = async () => {
    if (asking || over || document.visibilityState !== "visible" || Date.now() - used > IDLE) return;
    asking = true;
    try {
      const answer = await fetch(lease.dataset.renew, { method: "POST", body: new URLSearchParams({ csrf: lease.dataset.csrf }), headers: { accept: "application/json" } });
      const json = (answer.headers.get("content-type") || "").startsWith("application/json");
      const told = json ? await answer.json() : {};
      if (answer.ok) {
        lease.dataset.until = told.until;
        lease.querySelector("[data-clock]").textContent = told.clock;
        lost.hidden = true;
      } else {
        say(told.problem, told.remedy);
        over = answer.status === 409;
      }
    } catch {
      if (Date.parse(lease.dataset.until) < Date.now()) say("", "");
    } finally {
      asking = false;
    }
  };
  const touched = () => {
    used = Date.now();
    if (Date.parse(lease.dataset.until) - used < SOON) renew();
  };
  for (const kind of ["keydown", "pointerdown", "wheel", "touchmove"]) addEventListener(kind, touched, { passive: true });
  setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", renew);
}
