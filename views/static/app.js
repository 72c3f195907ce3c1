// The few things that neither HTML nor htmx do. Every page works without this file.
"use strict";

// New output keeps the end in view, but only for a reader who is there.
const NEAR_END = 120;
let at_end = false;

function isAtEnd() {
  const page = document.scrollingElement;
  return page.scrollHeight - page.scrollTop - innerHeight < NEAR_END;
}

document.addEventListener("htmx:before:swap", () => {
  at_end = document.getElementById("live") !== null && isAtEnd();
});
document.addEventListener("htmx:after:swap", () => {
  if (at_end) scrollTo(0, document.scrollingElement.scrollHeight);
  tick();
});

// Enter sends, where there is a keyboard to make a new line with Shift.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!field.matches?.("[data-enter-sends]") || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  if (field.value.trim() !== "") field.form.requestSubmit();
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement?.matches("form[data-reset]") && response?.status < 300) sourceElement.reset();
});

// A second click on a plain form would send it twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What asks for itself again does so while somebody can see it.
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement } = event.detail.ctx;
  if (document.hidden && sourceElement?.hasAttribute("data-while-visible")) event.preventDefault();
});

// A button that takes a moment says so, and is not pressed twice.
function busyButton(source) {
  const holder = source?.closest?.("[data-busy]");
  return holder?.matches("button") ? holder : holder?.querySelector("button[type=submit]");
}
document.addEventListener("htmx:before:request", (event) => {
  const button = busyButton(event.detail.ctx.sourceElement);
  if (!button || button.disabled) return;
  button.dataset.label = button.textContent;
  button.textContent = button.closest("[data-busy]").dataset.busy;
  button.disabled = true;
});
document.addEventListener("htmx:finally:request", (event) => {
  const button = busyButton(event.detail.ctx.sourceElement);
  if (!button?.dataset.label) return;
  button.textContent = button.dataset.label;
  button.disabled = false;
  button.focus();
});

// What appeared is said to those who do not see it: its one sentence, not all of it.
document.addEventListener("htmx:after:swap", () => {
  for (const status of document.querySelectorAll("[data-says]")) {
    const text = document.querySelector(status.dataset.says)?.textContent ?? "";
    if (status.textContent !== text) status.textContent = text;
  }
});

// Copies what stands before the button.
document.documentElement.classList.add("js");
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const text = button.previousElementSibling;
  const copied = await copy(text);
  button.nextElementSibling.textContent = copied ? "Copied" : "Selected: copy it by keyboard";
  button.textContent = copied ? "Copied" : "Selected";
  setTimeout(() => (button.textContent = "Copy"), 2000);
});

// Away from https and localhost there is no clipboard: then the text is selected.
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}

// Times stay current. The same words as in views/format.ts.
function ago(seconds) {
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return null;
}

function lasting(s) {
  if (s < 9.95) return `${Math.max(0, s).toFixed(1)} s`;
  s = Math.round(s);
  if (s < 60) return `${s} s`;
  const [big, unit, small, rest] = s < 3600 ? [60, "min", 1, "s"] : [3600, "h", 60, "min"];
  const left = Math.floor((s % big) / small);
  return `${Math.floor(s / big)} ${unit}${left > 0 ? ` ${left} ${rest}` : ""}`;
}

function tick() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-ago], time[data-since]")) {
    const seconds = (now - Date.parse(time.dateTime)) / 1000;
    const text = time.hasAttribute("data-ago") ? ago(seconds) : lasting(seconds);
    if (text && text !== time.textContent) time.textContent = text;
  }
}
setInterval(tick, 1000);

// On a narrow screen the figures come before the output: folded, they leave room for it.
const figures = document.querySelector(".task-side > details");
if (figures && matchMedia("(max-width: 62rem)").matches) figures.open = false;
